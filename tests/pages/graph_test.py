"""The page of `nnc graph`."""
import collections

from page_case import PageCase

SELECTED = ".node.hit"


class Graph(PageCase):
    def page(self, example, *arguments):
        path = self.scratch / f"{example}.html"
        self.nnc("graph", f"examples/{example}.nn", "-o", path, *arguments)
        return self.open(path)

    def ids(self, page, selector=".node"):
        return page.run(f"return [...document.querySelectorAll({selector!r})].map(each => each.id)")

    def focus(self, page, selector):
        page.run("document.querySelector(args[0]).focus()", selector)

    def test_holds_to_what_every_page_does(self):
        for style in ("plain", "course"):
            self.assert_good(self.page("spiral", "--style", style))

    def test_folds_and_unfolds_by_mouse(self):
        page = self.page("spiral")
        page.click("#fold")
        self.assertIn("net/", self.ids(page))
        page.click(".node[id='net/']")
        self.assertNotIn("net/", self.ids(page))
        self.assertIn("net/", self.ids(page, ".cluster"))
        page.click(".cluster[id='net/'] > text")
        self.assertIn("net/", self.ids(page))
        self.assertNotIn("net/", self.ids(page, ".cluster"))

    def test_folds_and_unfolds_by_keyboard(self):
        page = self.page("spiral")
        page.click("#fold")
        self.focus(page, ".node[id='net/']")
        page.press("ENTER")
        self.assertEqual(page.focused().get_attribute("id"), "net/")
        self.assertEqual(page.focused().get_attribute("aria-expanded"), "true")
        page.press("SPACE")
        self.assertEqual(page.focused().get_attribute("aria-expanded"), "false")

    def test_folding_leaves_other_parts_as_they_are(self):
        page = self.page("spiral")
        page.click("#fold")
        page.click(".node[id='net/']")
        page.click(".node[id='cross_entropy/']")
        self.assertLessEqual({"net/", "cross_entropy/"}, set(self.ids(page, ".cluster")))
        page.click(".cluster[id='net/'] > text")
        self.assertIn("net/", self.ids(page))
        self.assertIn("cross_entropy/", self.ids(page, ".cluster"))

    def test_the_forward_graph_is_left_of_the_gradient(self):
        for style in ("plain", "course"):
            for example in ("linear_model", "spiral"):
                page = self.page(example, "--style", style)
                lefts = page.run("return Object.fromEntries([...document.querySelectorAll('.cluster.side')].map("
                                 "each => [each.querySelector('title').textContent, each.getBoundingClientRect().left]))")
                self.assertLess(lefts["cluster_forward"], lefts["cluster_gradient"], (style, example))

    def test_arrows_move(self):
        page = self.page("spiral")
        self.focus(page, ".node")
        start = page.focused().get_attribute("id")
        page.press("ARROW_DOWN")
        self.assertNotEqual(page.focused().get_attribute("id"), start)
        self.assertIn(page.focused().get_attribute("id"), self.ids(page, ".node, .cluster"))

    def test_a_gradient_points_to_its_forward_node_and_line(self):
        page = self.page("linear_model")
        page.click("#unfold")
        page.hover(".node[id='d plane_of.b']")
        self.assertIn("plane_of/add", self.ids(page, SELECTED))
        self.assertTrue(page.all(".line.hit"))
        self.assertIn("of the gradient", page.find("#said").text)

    def test_a_line_points_to_its_nodes(self):
        page = self.page("linear_model")
        self.focus(page, ".line[role]")
        self.assertTrue(self.ids(page, SELECTED))
        page.press("ARROW_DOWN", "ENTER")
        self.assertEqual(len(page.all(".line.hit")), 1)

    def test_a_line_unfolds_what_hides_its_nodes(self):
        page = self.page("spiral")
        page.click("#fold")
        line = page.run("return nnc.values.find(each => each[1] > 0 && each[2])[2]")
        page.click(f".line[data-line='{line}']")
        self.assertTrue([each for each in self.ids(page, SELECTED) if not each.endswith("/")])

    def test_a_large_graph_starts_folded(self):
        page = self.page("chargpt")
        self.assertGreater(page.run("return nnc.values.length"), 1000)
        self.assertLess(len(self.ids(page)), 250)
        loaded = page.run("return performance.getEntriesByType('navigation')[0].loadEventEnd")
        print(f"1,000 nodes: loaded after {loaded:.0f} ms ", end="", flush=True)  # for information
        page.click("#fold")
        self.assertEqual(page.problems(), [])

    def test_boxes_do_not_overlap(self):
        page = self.page("spiral")
        boxes = page.run("return [...document.querySelectorAll('.node')].map(each => each.getBoundingClientRect().toJSON())")
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                apart = a["right"] <= b["left"] + 1 or b["right"] <= a["left"] + 1 or a["bottom"] <= b["top"] + 1 or b["bottom"] <= a["top"] + 1
                self.assertTrue(apart, (a, b))

    def test_the_course_has_its_colours(self):
        page = self.page("spiral", "--style", "course")
        page.click("#fit")
        seen = collections.Counter()
        for (red, green, blue), count in page.colors("#picture").items():
            if max(red, green, blue) - min(red, green, blue) > 60:
                seen["red" if red > max(green, blue) else "green" if green > blue else "blue"] += count
        for color in ("red", "green", "blue"):
            self.assertGreater(seen[color], 20, seen)

    def test_the_course_has_its_shapes(self):
        page = self.page("spiral", "--style", "course")
        for shape in (".observed ellipse", ".parameter ellipse", ".computed ellipse", ".function path", ".cost polygon", ".one ellipse",
                      ".product ellipse", ".derivative path", ".course.gradient ellipse"):
            self.assertTrue(page.all(shape), shape)
        top = page.run("return document.querySelector('.one').getBoundingClientRect().top")
        for other in page.run("return [...document.querySelectorAll('.course.gradient')].map(each => each.getBoundingClientRect().top)"):
            self.assertLess(top, other)
