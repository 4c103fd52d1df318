package org.kamaelia.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;

/** The comparison as a table, a case's rows as soon as they are known. */
final class TextTable {

    private static final List<Column> COLUMNS = List.of(
            new Column(
                    "case",
                    37,
                    (result, baseline) ->
                            result.what().title() + ", " + result.what().unit().label()),
            new Column("server", 9, (result, baseline) -> result.peer().label()),
            new Column(
                    "per second (min..max)",
                    34,
                    (result, baseline) -> result.rate().text("%,.0f")),
            new Column(
                    "latency us p50/p99/p99.9",
                    24,
                    (result, baseline) ->
                            medians("%,.0f / %,.0f / %,.0f", result, Sample::p50, Sample::p99, Sample::p999)),
            new Column("server CPU us each", 22, (result, baseline) -> cpu(result.cpuMicros())),
            new Column(
                    "rate ratio",
                    17,
                    (result, baseline) -> result.rateRatio(baseline).text("%.2f")),
            new Column(
                    "CPU ratio",
                    17,
                    (result, baseline) -> result.cpuRatio(baseline).text("%.2f")),
            new Column(
                    "cores busy: server/client/others",
                    32,
                    (result, baseline) -> medians(
                            "%.2f / %.2f / %.2f",
                            result, Sample::serverCores, Sample::clientCores, Sample::otherCores)),
            new Column("errors", 6, (result, baseline) -> Long.toString(result.errors())));

    private final MarkdownTable table;

    TextTable(PrintStream out) {
        table = new MarkdownTable(
                out,
                COLUMNS.stream()
                        .map(column -> new MarkdownTable.Column(column.title(), column.width()))
                        .toList());
    }

    void header() {
        table.header();
    }

    void rows(List<CaseResult> results, CaseResult baseline) {
        for (CaseResult result : results) {
            table.row(COLUMNS.stream()
                    .map(column -> column.text().apply(result, baseline))
                    .toList());
        }
    }

    /** Three digits that mean something, for a frame among many as for a megabyte. */
    private static String cpu(Spread micros) {
        if (micros.median() < 1) {
            return micros.text("%.3f");
        }
        return micros.text(micros.median() < 100 ? "%.2f" : "%.0f");
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

    private record Column(String title, int width, BiFunction<CaseResult, CaseResult, String> text) {}
}
