#include "view/training_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "view/chart.h"
#include "view/class_figures.h"
#include "view/html.h"
#include "view/page.h"

namespace nnc::view {
namespace {

using runtime::Figures;
using runtime::RunRecord;

std::string Card(const std::string& title, const std::string& content, const std::string& note = "") {
  std::string html = fmt::format("<section class=\"card\">\n<h3>{}</h3>\n{}", Escaped(title), content);
  if (!note.empty()) html += fmt::format("<p class=\"note\">{}</p>\n", Escaped(note));
  return html + "</section>\n";
}

// A card of a chart with its legend below.
std::string ChartCard(const std::string& title, LineChart chart, const std::string& note = "") {
  chart.title = title;
  chart.captions = false;
  return Card(title, Svg(chart) + Legend(chart), note);
}

// A figure by its name: the loss or a metric. NaN where there is none.
double FigureOf(const Figures& figures, const std::string& name) {
  if (name == "loss") return figures.loss;
  const auto found = std::ranges::find(figures.metrics, name, &std::pair<std::string, double>::first);
  return found == figures.metrics.end() ? std::nan("") : found->second;
}

// A figure over a run, in training or in validation.
Series Curve(const RunRecord& run, const std::string& figure, bool validate) {
  Series series{.name = validate ? "validation" : "training", .points = {}, .dashed = validate, .band = {}};
  for (const runtime::FigurePoint& point : run.points) {
    if (validate && point.validate) series.points.emplace_back(point.at, FigureOf(*point.validate, figure));
    if (!validate) series.points.emplace_back(point.at, FigureOf(point.train, figure));
  }
  return series;
}

bool HasValidation(const RunRecord& run) {
  return std::ranges::any_of(run.points, [](const auto& point) { return point.validate.has_value(); });
}

// "loss", then the metrics.
std::vector<std::string> FigureNames(const RunRecord& run) {
  std::vector<std::string> names = {"loss"};
  if (run.points.empty()) return names;
  for (const auto& [name, value] : run.points.front().train.metrics) names.push_back(name);
  return names;
}

std::string FigureCards(const RunRecord& run) {
  std::string html;
  for (const std::string& figure : FigureNames(run)) {
    LineChart chart{.x_label = run.unit, .series = {Curve(run, figure, false)}};
    if (HasValidation(run)) chart.series.push_back(Curve(run, figure, true));
    html += ChartCard(figure, chart);
  }
  return html;
}

using NumbersOf = const std::vector<double>& (*)(const runtime::Norms&);

std::string NormCard(const RunRecord& run, const std::string& title, const std::vector<std::string>& names,
                     NumbersOf numbers, bool logarithmic, const std::string& note = "") {
  if (names.empty()) return "";
  LineChart chart{.x_label = run.unit, .logarithmic = logarithmic};
  for (size_t i = 0; i < names.size(); ++i) {
    Series series{.name = names[i], .points = {}, .band = {}};
    for (const runtime::NormPoint& point : run.norms) series.points.emplace_back(point.at, numbers(point.norms)[i]);
    chart.series.push_back(std::move(series));
  }
  return ChartCard(title, chart, note);
}

std::string NormCards(const RunRecord& run) {
  return NormCard(
             run, "learning rate", run.rates, [](const runtime::Norms& norms) -> auto& { return norms.rates; }, false) +
         NormCard(
             run, "gradient norm of each layer", run.layers,
             [](const runtime::Norms& norms) -> auto& { return norms.gradients; }, true,
             "Of the loss, before clipping, on the first batch of the training rows.") +
         NormCard(
             run, "update norm of each layer", run.layers,
             [](const runtime::Norms& norms) -> auto& { return norms.updates; }, true,
             "How far a step on that batch moves the layer's parameters.");
}

std::string FitCard(const runtime::Fit& fit) {
  Series dots{.name = "training rows", .points = {}, .dots = true, .band = {}};
  for (const auto& [x, y] : fit.points) dots.points.emplace_back(x, y);
  Series line{.name = "prediction, with one standard deviation of " + fit.spread_of, .points = {}, .band = {}};
  for (size_t i = 0; i < fit.x.size(); ++i) {
    line.points.emplace_back(fit.x[i], fit.mean[i]);
    line.band.emplace_back(fit.mean[i] - fit.spread[i], fit.mean[i] + fit.spread[i]);
  }
  LineChart chart{.x_label = fit.input, .y_label = fit.target, .series = {std::move(dots), std::move(line)}};
  return ChartCard("fit and spread", chart);
}

std::string PictureCards(const RunRecord& run) {
  std::string html;
  if (run.regions) html += Card("decision regions", RegionsFigure(*run.regions));
  if (run.fit) html += FitCard(*run.fit);
  if (run.confusion) {
    const std::string rows =
        run.confusion->seen < run.confusion->all
            ? fmt::format("the first {} of {} rows of {}", run.confusion->seen, run.confusion->all, run.confusion->rows)
            : fmt::format("{} rows of {}", run.confusion->all, run.confusion->rows);
    html += Card("confusion matrix", ConfusionTable(*run.confusion), "Of " + rows + ".");
  }
  return html;
}

std::string RunSection(const RunRecord& run) {
  return fmt::format("<h2>{}</h2>\n<p>{}</p>\n<div class=\"cards\">\n{}{}{}</div>\n", Escaped(run.name),
                     Escaped(run.state), FigureCards(run), PictureCards(run), NormCards(run));
}

// ---- Several runs ----

std::string NumberCell(double value) {
  return fmt::format("<td class=\"number\">{}</td>", std::isfinite(value) ? fmt::format("{:.4f}", value) : "");
}

// The last figures of each run: those of validation where there are some.
std::string LastFigures(const std::vector<const RunRecord*>& runs, const std::vector<std::string>& names) {
  std::string html = "<div class=\"wide\" tabindex=\"0\"><table>\n<tr><th>run</th><th class=\"number\">at</th>";
  for (const std::string& name : names) html += fmt::format("<th class=\"number\">{}</th>", Escaped(name));
  html += "<th>of</th></tr>\n";
  for (const RunRecord* run : runs) {
    const runtime::FigurePoint& last = run->points.back();
    html += fmt::format("<tr><td>{}</td><td class=\"number\">{} {:.4g}</td>", Escaped(run->name), run->unit, last.at);
    for (const std::string& name : names) html += NumberCell(FigureOf(last.validate.value_or(last.train), name));
    html += fmt::format("<td>{}</td></tr>\n", last.validate ? "validation" : "training");
  }
  return html + "</table></div>\n";
}

// A figure of all runs that have it in one chart.
std::string ComparedCard(const std::vector<const RunRecord*>& runs, const std::string& figure) {
  LineChart chart{.x_label = runs.front()->unit};
  for (const RunRecord* run : runs) {
    const std::vector<std::string> names = FigureNames(*run);
    if (std::ranges::count(names, figure) == 0) continue;
    Series series = Curve(*run, figure, HasValidation(*run));
    series.name = fmt::format("{} ({})", run->name, series.name);
    series.dashed = false;
    chart.series.push_back(std::move(series));
  }
  return chart.series.size() > 1 ? ChartCard(figure, chart) : "";
}

std::string Comparison(const TrainingPage& page, const std::string& unit) {
  std::vector<const RunRecord*> runs;
  std::vector<std::string> names;
  for (const auto& all : {page.runs, page.earlier}) {
    for (const RunRecord* run : all) {
      if (run->unit != unit || run->points.empty()) continue;
      runs.push_back(run);
      for (const std::string& name : FigureNames(*run)) {
        if (std::ranges::count(names, name) == 0) names.push_back(name);
      }
    }
  }
  if (runs.size() < 2) return "";
  std::string html = "<h2>Runs compared</h2>\n" + LastFigures(runs, names) + "<div class=\"cards\">\n";
  for (const std::string& name : names) html += ComparedCard(runs, name);
  return html + "</div>\n";
}

}  // namespace

std::string Html(const TrainingPage& page) {
  std::string body = Comparison(page, "epoch") + Comparison(page, "step");
  for (const RunRecord* run : page.runs) body += RunSection(*run);
  return Html(Page{.title = page.title,
                   .body = std::move(body),
                   .styles = {"training.css"},
                   .refresh_seconds = page.refresh_seconds});
}

}  // namespace nnc::view
