"""The page of `nnc inspect`."""
from page_case import PageCase


class Inspect(PageCase):
    def test_data(self):
        path = self.scratch / "data.html"
        self.nnc("inspect", "examples/spiral.nn", "-o", path)
        page = self.open(path)
        self.assertIn("classes of label".lower(), page.find("main").text.lower())
        self.assert_good(page)
