"""Reading feeds and pages from the network, politely. Nothing else of the package opens a socket.

Start reading at `client.PoliteClient`; `connections` keeps requests away from private machines,
`feed_lists` reads OPML. This room knows nothing of the index.
"""
