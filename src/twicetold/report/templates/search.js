const box = document.getElementById('words');
const stories = [...document.querySelectorAll('#stories > li')];
function search() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const story of stories) {
    const text = story.textContent.toLowerCase();
    story.hidden = !words.every(word => text.includes(word));
    found += story.hidden ? 0 : 1;
  }
  document.getElementById('found').textContent = `${found} of ${stories.length}`;
}
box.addEventListener('input', search);
search();
