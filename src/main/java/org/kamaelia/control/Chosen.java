package org.kamaelia.control;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.kamaelia.control.Matches.Found;

/** The connections that a request closes. */
final class Chosen {
    /** How many its filter means. */
    final int matched;

    /** The numbers of the chosen, whose turn is first first. */
    final long[] order;

    /** The same, ascending. */
    final long[] sorted;

    private Chosen(int matched, long[] order) {
        this.matched = matched;
        this.order = order;
        this.sorted = order.clone();
        Arrays.sort(sorted);
    }

    /** Chooses from what the event loops have found; to be called where it may take milliseconds. */
    static Chosen of(CloseRequest request, List<Found> found) {
        long[] numbers = found.stream()
                .flatMapToLong(each -> LongStream.of(each.numbers))
                .toArray();
        long[] lastActive = found.stream()
                .flatMapToLong(each -> LongStream.of(each.lastActive))
                .toArray();
        Comparator<Integer> oldest = Comparator.comparingLong(at -> numbers[at]);
        Comparator<Integer> first = request.order() == CloseRequest.Order.OLDEST
                ? oldest
                : Comparator.<Integer>comparingLong(at -> lastActive[at]).thenComparing(oldest);
        long[] order = IntStream.range(0, numbers.length)
                .boxed()
                .sorted(first)
                .limit(request.most(numbers.length))
                .mapToLong(at -> numbers[at])
                .toArray();
        return new Chosen(numbers.length, order);
    }
}
