"""The page of `nnc explain`."""
from page_case import PageCase

DARK = """return ["pre.source", ".equation", ".diagram", "pre .line"].filter(
  each => ![...document.querySelectorAll(".lit")].some(lit => lit.closest(each)));"""


class Explain(PageCase):
    def made(self, *arguments):
        path = self.scratch / "explain.html"
        self.nnc("explain", *arguments, "-o", path)
        return self.open(path)

    def assert_lit(self, page):
        """Something is lit in the source, an equation, the diagram and the IR."""
        self.assertEqual(page.run(DARK), [])

    def test_spiral(self):
        self.assert_good(self.made("examples/spiral.nn"))

    def test_loop(self):
        self.assert_good(self.made("examples/temporal_order.nn", "lstm"))

    def test_pointing_lights_source_equation_diagram_and_ir(self):
        page = self.made("examples/spiral.nn")
        for place in (".source [data-module='0']", "#module-0 .equation mrow[data-value]", ".diagram [data-module='0']",
                      "#module-0 pre .line"):
            with self.subTest(place):
                page.run("document.activeElement.blur(); args[0].scrollIntoView({block: 'center'})", page.find(place))
                page.hover(place)
                self.assert_lit(page)

    def test_a_value_in_a_loop_lights_its_line(self):
        page = self.made("examples/temporal_order.nn", "lstm")
        page.run("document.querySelector('.equation[data-value*=\".\"]').focus()")
        self.assert_lit(page)
        self.assertTrue(page.all("pre .line[data-value*='.'].lit"))

    def test_focus_lights_as_the_pointer_does(self):
        page = self.made("examples/spiral.nn")
        page.run("document.querySelector('.diagram [data-module=\"1\"]').focus()")
        self.assert_lit(page)
        page.run("document.activeElement.blur()")
        self.assertEqual(page.all(".lit"), [])
