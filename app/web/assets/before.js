// Runs before Gradio: its language, light or dark, the size of letters, and what it says in English.
(() => {
  Object.defineProperty(Navigator.prototype, "language", { get: () => "zh-CN" });
  Object.defineProperty(Navigator.prototype, "languages", { get: () => ["zh-CN"] });
  window.iFrameResizer = {};

  const stored = (name) => {
    try { return localStorage.getItem(name); } catch { return null; } // a browser may forbid to keep anything
  };
  const store = (name, value) => {
    try { localStorage.setItem(name, value); } catch { /* it is forgotten with the page */ }
  };

  // Light or dark: as chosen in the page, else as the system is; Gradio asks the same question and gets the same answer.
  const DARK = "(prefers-color-scheme: dark)";
  const ask = window.matchMedia.bind(window);
  const isDark = () => (stored("wence-theme") ?? (ask(DARK).matches ? "dark" : "light")) === "dark";
  window.matchMedia = (query) => {
    const answer = ask(query);
    if (query !== DARK) return answer;
    return new Proxy(answer, {
      get(target, name) {
        if (name === "matches") return isDark();
        const value = target[name];
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  };
  const paint = () => {
    document.documentElement.classList.toggle("dark", isDark());
    document.documentElement.style.colorScheme = isDark() ? "dark" : "light";
    document.body?.classList.toggle("dark", isDark());
    document.querySelector("[data-theme]")?.setAttribute("aria-pressed", String(isDark()));
  };
  ask(DARK).addEventListener("change", paint);

  const SIZES = ["100%", "112.5%", "125%"];
  const scale = () => {
    const size = Number(stored("wence-size") ?? 0) % SIZES.length;
    document.documentElement.style.fontSize = SIZES[size];
    document.querySelector("[data-size]")?.setAttribute("aria-label", `字号：${["标准", "大", "特大"][size]}`);
    return size;
  };
  paint();
  scale();
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-theme]")) { store("wence-theme", isDark() ? "light" : "dark"); paint(); }
    if (event.target.closest?.("[data-size]")) { store("wence-size", String(scale() + 1)); scale(); }
  });

  // What Gradio says in English only, and what it marks up so that screen readers stumble.
  const CHINESE = {
    Info: "提示", Warning: "注意", Error: "错误", Success: "完成", Close: "关闭", "More tabs": "更多",
    "Connection Lost": "连接已断开",
    "Connection errored out.": "连接出错，请稍后重试。",
    "Connection to the server was lost. Attempting reconnection...": "与服务器的连接已断开，正在重新连接……",
    "This application is currently busy. Please try again.": "现在使用的人较多，请稍后重试。",
  };
  const OURS = "[data-ours]"; // texts of documents and people: never touched
  const translate = (node) => {
    const said = node.nodeValue.trim();
    if (Object.hasOwn(CHINESE, said)) node.nodeValue = CHINESE[said];
  };
  const mend = (element) => {
    for (const name of ["aria-label", "title"]) {
      const said = element.getAttribute(name)?.trim();
      if (said && Object.hasOwn(CHINESE, said)) element.setAttribute(name, CHINESE[said]);
    }
    if (element.matches(".toast-header[role=button]")) {
      element.removeAttribute("role");
      element.removeAttribute("tabindex");
    }
    if (element.matches(".tab-container[aria-hidden=true]")) element.inert = true;
    if (element.matches("[data-theme], [data-size]")) { paint(); scale(); }
  };
  const walk = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return root.parentElement?.closest(OURS) ? undefined : translate(root);
    if (root.nodeType !== Node.ELEMENT_NODE || root.closest(OURS)) return;
    mend(root);
    const nodes = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (nodes.nextNode()) {
      const node = nodes.currentNode;
      if (node.nodeType === Node.TEXT_NODE) translate(node); else mend(node);
    }
  };
  new MutationObserver((changes) => {
    for (const change of changes) change.addedNodes.forEach(walk);
  }).observe(document, { subtree: true, childList: true });

  // Arrows, Home and End move between tabs, as people who do without a mouse expect.
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("[role=tab]");
    if (!tab) return;
    const tabs = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
    const at = tabs.indexOf(tab);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    tabs[next % tabs.length].focus();
    tabs[next % tabs.length].click();
  });
})();
