"use strict";
// Search, copying and the choice of colours. Everything else works without.

const find = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

// Colours: those of the system, until the button is pressed.
const theme = find("#theme");
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const stored = {
  get() { try { return localStorage.getItem("theme"); } catch { return null; } },
  set(value) { try { localStorage.setItem("theme", value); } catch { /* Not kept, then. */ } },
};
let chosen = stored.get();
function isDark() { return chosen ? chosen === "dark" : systemIsDark.matches; }
function paint() {
  document.documentElement.style.colorScheme = chosen ?? "";
  theme.textContent = isDark() ? "Light" : "Dark";
  theme.setAttribute("aria-label", `Change to ${isDark() ? "light" : "dark"} colours`);
}
theme.hidden = false;
theme.addEventListener("click", () => {
  chosen = isDark() ? "light" : "dark";
  stored.set(chosen);
  paint();
});
systemIsDark.addEventListener("change", paint);
paint();

// Copying.
const told = find("#told");
function tell(message) {
  told.textContent = message;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { told.textContent = ""; }, 2000);
}
function copySelected(node) {
  const selection = getSelection();
  selection.selectAllChildren(node);
  const copied = document.execCommand("copy");
  selection.removeAllRanges();
  return copied;
}
async function copy(button) {
  const code = button.closest(".pane").querySelector("code");
  let copied = true;
  try { await navigator.clipboard.writeText(code.textContent); } catch { copied = copySelected(code); }
  button.textContent = copied ? "Copied" : "Copy";
  tell(copied ? "Copied" : "This browser does not let the page copy");
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}
for (const button of all(".copy")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

// Search. The index is made of the page itself, when it is first needed.
const box = find("#search");
const list = find("#found");
const MOST = 40;
let entries;
function index() {
  entries ??= all("[data-kind]").map((node) => {
    const { name, also, kind, in: owner } = node.dataset;
    const about = node.querySelector(".about")?.textContent.trim().replace(/\s+/g, " ") ?? "";
    const names = [name, ...also.split(" ")].map((one) => one.toLowerCase());
    return { id: node.id, name, kind, owner, about, names, text: `${names.join(" ")} ${owner} ${about}`.toLowerCase() };
  });
  return entries;
}
// The smaller, the better: the name itself, its beginning, a part of it, the words around it.
function rank(entry, words) {
  if (!words.every((word) => entry.text.includes(word))) return null;
  const first = words[0];
  if (entry.names.some((name) => name === first)) return 0;
  if (entry.names.some((name) => name.startsWith(first))) return 1;
  return entry.names.some((name) => name.includes(first)) ? 2 : 3;
}
function matches(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const ranked = index().map((entry) => ({ entry, rank: rank(entry, words) })).filter((one) => one.rank !== null);
  return ranked.sort((a, b) => a.rank - b.rank).slice(0, MOST).map((one) => one.entry);
}
let selected = -1;
function option(entry, position) {
  const item = document.createElement("li");
  item.id = `found-${position}`;
  item.role = "option";
  item.dataset.target = entry.id;
  const name = document.createElement("code");
  name.textContent = entry.name;
  const where = document.createElement("small");
  where.textContent = [entry.kind, entry.owner].filter(Boolean).join(" · ");
  const about = document.createElement("p");
  about.textContent = entry.about;
  item.append(name, where, about);
  return item;
}
function select(position) {
  const items = [...list.children].filter((item) => item.role === "option");
  selected = items.length === 0 ? -1 : (position + items.length) % items.length;
  items.forEach((item, at) => item.setAttribute("aria-selected", String(at === selected)));
  if (selected < 0) return box.removeAttribute("aria-activedescendant");
  box.setAttribute("aria-activedescendant", items[selected].id);
  items[selected].scrollIntoView({ block: "nearest" });
}
function show() {
  const found = matches(box.value);
  list.replaceChildren(...found.map(option));
  if (found.length === 0 && box.value.trim()) {
    const nothing = document.createElement("li");
    nothing.textContent = "Nothing found";
    list.append(nothing);
  }
  const isOpen = box.value.trim() !== "";
  list.hidden = !isOpen;
  box.setAttribute("aria-expanded", String(isOpen));
  select(0);
}
function close() {
  list.hidden = true;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}
function go(id) {
  close();
  box.value = "";
  const target = document.getElementById(id);
  location.hash = id;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center", behavior: "instant" });
}
find(".search").hidden = false;
box.addEventListener("input", show);
box.addEventListener("focus", () => { if (box.value) show(); });
box.addEventListener("keydown", (event) => {
  const open = !list.hidden;
  if (event.key === "ArrowDown" && open) select(selected + 1);
  else if (event.key === "ArrowUp" && open) select(selected - 1);
  else if (event.key === "Enter" && open && selected >= 0) go(list.children[selected].dataset.target);
  else if (event.key === "Escape") { box.value = ""; close(); box.blur(); }
  else return;
  event.preventDefault();
});
list.addEventListener("mousedown", (event) => {
  const item = event.target.closest("[data-target]");
  event.preventDefault();
  if (item) go(item.dataset.target);
});
box.addEventListener("blur", close);
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// Where the index stands above the content, its longest list is folded.
if (matchMedia("(max-width: 60rem)").matches) all(".index details").forEach((list) => { list.open = false; });

// The index marks what is being read.
const links = new Map(all(".index nav a").map((link) => [link.hash.slice(1), link]));
let current;
const watch = new IntersectionObserver((changes) => {
  const seen = changes.find((change) => change.isIntersecting);
  const link = seen && links.get(seen.target.id);
  if (!link || link === current) return;
  current?.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  current = link;
}, { rootMargin: "-10% 0px -80% 0px" });
for (const section of all("main section[id]")) watch.observe(section);
