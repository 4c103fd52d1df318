package org.kamaelia.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;

/** The comparison as a Markdown table that reads as well on a terminal, a case's rows as soon as they are known. */
final class TextTable {

    private static final List<Column> COLUMNS = List.of(
            new Column(
                    "case",
                    37,
                    (result, baseline) ->
                            result.what().title() + ", " + result.what().unit().label()),
            new Column("server", 9, (result, baseline) -> result.peer().label()),
            new Column("per second (min..max)", 34, (result, baseline) -> spread("%,.0f", result.rate())),
            new Column(
                    "latency us p50/p99/p99.9",
                    24,
                    (result, baseline) ->
                            medians("%,.0f / %,.0f / %,.0f", result, Sample::p50, Sample::p99, Sample::p999)),
            new Column("server CPU us each", 22, (result, baseline) -> cpu(result.cpuMicros())),
            new Column("rate ratio", 17, (result, baseline) -> spread("%.2f", result.rateRatio(baseline))),
            new Column("CPU ratio", 17, (result, baseline) -> spread("%.2f", result.cpuRatio(baseline))),
            new Column(
                    "cores busy: server/client/others",
                    32,
                    (result, baseline) -> medians(
                            "%.2f / %.2f / %.2f",
                            result, Sample::serverCores, Sample::clientCores, Sample::otherCores)),
            new Column("errors", 6, (result, baseline) -> Long.toString(result.errors())));

    private final PrintStream out;

    TextTable(PrintStream out) {
        this.out = out;
    }

    void header() {
        line(COLUMNS.stream().map(Column::title).toList());
        line(COLUMNS.stream().map(column -> "-".repeat(column.width())).toList());
    }

    void rows(List<CaseResult> results, CaseResult baseline) {
        for (CaseResult result : results) {
            line(COLUMNS.stream()
                    .map(column -> column.text().apply(result, baseline))
                    .toList());
        }
    }

    /** Three digits that mean something, for a frame among many as for a megabyte. */
    private static String cpu(Spread micros) {
        if (micros.median() < 1) {
            return spread("%.3f", micros);
        }
        return spread(micros.median() < 100 ? "%.2f" : "%.0f", micros);
    }

    private static String spread(String figure, Spread spread) {
        return String.format(
                Locale.ROOT, figure + " (" + figure + ".." + figure + ")", spread.median(), spread.min(), spread.max());
    }

    private static String medians(
            String pattern,
            CaseResult result,
            ToDoubleFunction<Sample> first,
            ToDoubleFunction<Sample> second,
            ToDoubleFunction<Sample> third) {
        return String.format(
                Locale.ROOT,
                pattern,
                result.over(first).median(),
                result.over(second).median(),
                result.over(third).median());
    }

    private void line(List<String> cells) {
        List<String> padded = new ArrayList<>();
        for (int column = 0; column < cells.size(); column++) {
            padded.add(String.format("%-" + COLUMNS.get(column).width() + "s", cells.get(column)));
        }
        out.println("| " + String.join(" | ", padded) + " |");
    }

    private record Column(String title, int width, BiFunction<CaseResult, CaseResult, String> text) {}
}
