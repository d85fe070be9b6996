"""The checks themselves: each must find what it is for."""
from page_case import PageCase

HEAD = "<!doctype html><html lang=en data-theme=light><link rel=icon href=data:,><style>:focus-visible { outline: 2px solid }</style>"
THEME = "<button id=theme onclick=\"this.closest('html').dataset.theme = this.closest('html').dataset.theme == 'dark' ? 'light' : 'dark'\">theme</button>"


class Checks(PageCase):
    def problems(self, body):
        path = self.scratch / "page.html"
        path.write_text(HEAD + THEME + body)
        return "\n".join(self.open(path).problems())

    def test_a_good_page_has_none(self):
        self.assertEqual(self.problems("<p>text</p><svg width=50 height=50><text y=20>text</text></svg>"), "")

    def test_contrast_of_html(self):
        self.assertIn('light: contrast 1.61 of "faint"', self.problems("<p style='color: #ccc'>faint</p>"))

    def test_contrast_of_text_on_a_shape(self):
        picture = "<svg width=90 height=30><rect width=90 height=30 fill='{}'/><text x=10 y=20 fill='#fff'>white</text></svg>"
        self.assertIn('of "white"', self.problems(picture.format("#ffe")))
        self.assertEqual(self.problems(picture.format("#003")), "")

    def test_console(self):
        self.assertIn("it broke", self.problems("<script>console.error('it broke')</script>"))

    def test_requests(self):
        self.assertIn("https://example.com/x.png", self.problems("<img alt='' src='https://example.com/x.png'>"))

    def test_width(self):
        self.assertIn("900 px wide in a window of 380", self.problems("<div style='width: 892px'>wide</div>"))

    def test_names(self):
        self.assertIn("no name: <button>", self.problems("<button></button>"))

    def test_focus_is_seen(self):
        self.assertIn("the focus does not show: button", self.problems("<button style='outline: none'>b</button>"))

    def test_screenshot(self):
        path = self.scratch / "page.html"
        path.write_text(HEAD + "<div id=red style='width: 20px; height: 10px; background: #f00'></div>")
        self.assertEqual(self.open(path).colors("#red"), {(255, 0, 0): 200})
