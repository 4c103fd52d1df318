package org.kamaelia.bench;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.Locale;

/** A figure over several rounds: the middle one, and how far the others lay from it. */
record Spread(double median, double min, double max) {

    static Spread of(Collection<Double> rounds) {
        double[] sorted =
                rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("a spread of no rounds");
        }
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    Spread times(double factor) {
        return new Spread(median * factor, min * factor, max * factor);
    }

    /** The middle one, and the others' ends in parentheses, each by the format of one figure. */
    String text(String figure) {
        return String.format(Locale.ROOT, figure + " (" + figure + ".." + figure + ")", median, min, max);
    }

    /** Rounded to what a benchmark can tell: JSON has no infinity, which stands for a server that did nothing. */
    JsonObject json() {
        return new JsonObject()
                .put("median", rounded(median))
                .put("min", rounded(min))
                .put("max", rounded(max));
    }

    private static double rounded(double value) {
        return Double.isFinite(value) ? Math.round(value * 10_000) / 10_000.0 : -1;
    }
}
