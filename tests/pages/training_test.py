"""The page of `nnc train --report`."""
from page_case import PageCase


class Training(PageCase):
    def report(self, example, *arguments):
        path = self.scratch / f"{example}.html"
        self.nnc("train", f"examples/{example}.nn", "--quiet", "--out", self.scratch / example, "--report", path, *arguments)
        return self.open(path)

    def test_classifier(self):
        page = self.report("spiral", "--epochs", 5)
        self.assertEqual(len(page.all(".region")), 3)
        self.assertEqual(len(page.all(".confusion td.right")), 3)
        self.assert_good(page)

    def test_several_runs_in_steps_with_many_layers(self):
        page = self.report("gradient_descent", "--epochs", 3)
        self.assertIn("runs compared", page.find("main").text.lower())
        self.assert_good(page)

    def test_fit_of_an_ensemble(self):
        page = self.report("regression", "--epochs", 30)
        self.assertIn("10 predictions", page.find("main").text)
        self.assert_good(page)

    def test_keeps_the_theme_when_it_loads_itself_again(self):
        page = self.report("spiral", "--epochs", 1)
        page.click("#theme")
        chosen = page.run("return document.documentElement.dataset.theme")
        self.browser.driver.refresh()
        self.assertEqual(page.run("return document.documentElement.dataset.theme"), chosen)
