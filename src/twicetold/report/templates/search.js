const value = name => document.getElementById(name).value;
const plain = text => text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
const stories = [...document.querySelectorAll('#stories > li')].map(item => ({
  item,
  day: item.dataset.day,
  outlets: JSON.parse(item.dataset.outlets),
  langs: JSON.parse(item.dataset.langs),
  titles: plain(item.dataset.titles),
}));
function search() {
  const words = plain(value('words')).split(/\s+/).filter(Boolean);
  const [day, outlet, lang] = ['day', 'outlet', 'lang'].map(value);
  let shown = 0;
  for (const story of stories) {
    const fits = words.every(word => story.titles.includes(word))
      && (!day || story.day === day)
      && (!outlet || story.outlets.includes(outlet))
      && (!lang || story.langs.includes(lang));
    story.item.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  document.getElementById('found').textContent = `${shown} of ${stories.length} stories`;
}
const filters = document.getElementById('filters');
filters.addEventListener('input', search);
filters.addEventListener('submit', event => event.preventDefault());
search();
