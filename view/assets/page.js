"use strict";
// Light or dark: the system's choice, until the reader presses the button. A page that loads itself again keeps that choice.
{
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { root.dataset.theme = sessionStorage.getItem("theme") ?? (dark.matches ? "dark" : "light"); };
  follow();
  dark.addEventListener("change", follow);
  document.getElementById("theme").addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    sessionStorage.setItem("theme", root.dataset.theme);
  });
}
