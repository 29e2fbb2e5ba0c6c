/** Keeps the list fresh and remembers the choice of letters. */
const list = document.getElementById('list');
const count = document.getElementById('count');
const fixed = document.getElementById('fixed');
const body = document.getElementById('body');

let shown = count.textContent;

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(`/list?open=${document.body.dataset.open ?? ''}`);
    const total = answer.headers.get('x-count');
    // Replaced only when something came, or a keyboard user would lose the place.
    if (!answer.ok || total === shown) return;
    const focused = document.activeElement?.getAttribute('href');
    list.innerHTML = await answer.text();
    count.textContent = shown = total;
    if (focused && !document.activeElement?.closest('main'))
      list.querySelector(`a[href="${focused}"]`)?.focus();
  } catch {
    count.textContent = `${shown} (the local run has ended)`;
  }
}
setInterval(refresh, 2000);

if (fixed) {
  const show = () => body.classList.toggle('fixed', fixed.checked);
  fixed.checked = localStorage.getItem('fixed') === 'yes';
  fixed.addEventListener('change', () => {
    localStorage.setItem('fixed', fixed.checked ? 'yes' : 'no');
    show();
  });
  show();
}
