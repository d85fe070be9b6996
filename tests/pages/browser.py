"""A page in headless Chromium, and what every page must hold to.

    with Browser() as browser:
        page = browser.open(path)
        assert not page.problems()

Needs Debian's chromium, chromium-driver and python3-selenium; `missing()` says which is not there.
"""
import base64
import importlib.util
import json
import pathlib
import shutil

CHECKS = (pathlib.Path(__file__).parent / "checks.js").read_text()
WIDTH, HEIGHT, PHONE_WIDTH = 1280, 900, 380
THEMES = ("light", "dark")


def missing():
    """What of the packages is not installed, as text; empty if nothing is."""
    absent = [name for name, there in (
        ("chromium", shutil.which("chromium")),
        ("chromium-driver", shutil.which("chromedriver")),
        ("python3-selenium", importlib.util.find_spec("selenium")),
    ) if not there]
    return ", ".join(absent)


class Browser:
    def __enter__(self):
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb",
                         "--host-resolver-rules=MAP * ~NOTFOUND"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def open(self, path, width=WIDTH):
        """The page of a file, in a window so wide, in the light theme."""
        return Page(self.driver, pathlib.Path(path).resolve(), width)


class Page:
    def __init__(self, driver, path, width):
        self.driver, self.address = driver, path.as_uri()
        for kind in ("browser", "performance"):
            driver.get_log(kind)  # what earlier pages left
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
        self.command("Input.dispatchMouseEvent", type="mouseMoved", x=0, y=0)  # away from where an earlier page had it
        self.command("Emulation.setFocusEmulationEnabled", enabled=True)  # an earlier page's Tab may have left the window
        self.resize(width)
        driver.get(self.address)

    def command(self, name, **parameters):
        """A command of the Chrome DevTools Protocol."""
        return self.driver.execute_cdp_cmd(name, parameters)

    def run(self, script, *arguments):
        """What the JavaScript returns: a value, an element, or a promise's value."""
        return self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1]; const given = [...arguments].slice(0, -1);\n"
            f"(async (...args) => {{ {CHECKS}\n{script} }})(...given).then(done, error => done('error: ' + error));", *arguments)

    def find(self, selector):
        return self.driver.find_element("css selector", selector)

    def all(self, selector):
        return self.driver.find_elements("css selector", selector)

    def click(self, selector):
        """A click of the mouse in the middle of the element, wherever that is drawn: SVG elements have no click of their own."""
        from selenium.webdriver import ActionChains
        self.run("args[0].scrollIntoView({block: 'center', inline: 'center'})", self.find(selector))
        ActionChains(self.driver).move_to_element(self.find(selector)).click().perform()

    def hover(self, selector):
        from selenium.webdriver import ActionChains
        ActionChains(self.driver).move_to_element(self.find(selector)).perform()

    def press(self, *keys):
        """Presses keys, by their names in Keys (ENTER, TAB, ARROW_DOWN) or as text, where the focus is."""
        from selenium.webdriver import ActionChains, Keys
        ActionChains(self.driver).send_keys(*(getattr(Keys, key, key) for key in keys)).perform()

    def focused(self):
        return self.driver.switch_to.active_element

    def resize(self, width, height=HEIGHT):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def set_theme(self, theme):
        if self.run("return document.documentElement.dataset.theme") != theme:
            self.click("#theme")

    def screenshot(self, path=None):
        """A picture of the window as PNG; also into a file, if one is named."""
        png = base64.b64decode(self.driver.get_screenshot_as_base64())
        if path:
            pathlib.Path(path).write_bytes(png)
        return png

    def colors(self, selector):
        """How many pixels each colour has where the element is seen: {(red, green, blue): count}."""
        picture = self.driver.get_screenshot_as_base64()
        counts = self.run("return countColors(args[0], args[1].getBoundingClientRect())", picture, self.find(selector))
        return {tuple(map(int, color.split(","))): count for color, count in counts.items()}

    def console(self):
        """Errors and warnings since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def requests(self):
        """Addresses asked for since the last call, beside the page itself and `data:`."""
        messages = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        asked = (message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent")
        return [url for url in asked if url != self.address and not url.startswith("data:")]

    def problems(self):
        """What is wrong with the page as it stands, in both themes, and on a phone."""
        found = []
        for theme in THEMES:
            self.set_theme(theme)
            found += [f"{theme}: {each}" for each in self.run("return lowContrast()")]
        self.set_theme("light")
        found += self.run("return unnamed()")
        found += self.unreachable()
        self.resize(PHONE_WIDTH)
        found += self.run("return tooWide()")
        self.resize(WIDTH)
        return found + self.console() + self.requests()

    def unreachable(self, most=400):
        """Controls that Tab does not come to, and those that do not show the focus."""
        self.run("document.activeElement.blur(); window.reached = new Set(); window.unseen = []; "
                 "document.addEventListener('focusin', noteFocus)")
        for _ in range(min(most, self.run("return controls().length") + 2)):
            self.press("TAB")
        return self.run("document.removeEventListener('focusin', noteFocus); return notReached(args[0])", most)
