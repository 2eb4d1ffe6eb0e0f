# docker build -t twicetold . && docker run --rm -v "$PWD:/news" twicetold run news.db feeds/
FROM python:3.11-slim
COPY . /src
RUN pip install --no-cache-dir /src && rm -rf /src && useradd --create-home reader
USER reader
WORKDIR /news
ENTRYPOINT ["twicetold"]
CMD ["--help"]
