package org.kamaelia.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a run can be told with {@code -D}.
 *
 * @param peers {@code bench.peers}: servers compared in this order, the first is the baseline unless {@code raw-vertx} is among
 *     them
 * @param cases {@code bench.cases}: names; empty means all
 * @param rounds {@code bench.rounds}: measured rounds of each case on each peer
 * @param measured {@code bench.seconds}: the measured time of a round
 * @param warmUp {@code bench.warmup}: seconds of the same load before a peer's first round, again until its compilers rest
 * @param jvmFlags {@code bench.jvm}: the flags of every process that is measured
 */
record Settings(
        List<Peer> peers, List<String> cases, int rounds, Duration measured, Duration warmUp, List<String> jvmFlags) {

    /** Connections open and queues fill before a round counts. */
    static final Duration RAMP = Duration.ofMillis(300);

    private static final Duration START_AND_END = Duration.ofSeconds(2);

    Settings {
        if (peers.isEmpty()) {
            throw new IllegalArgumentException("bench.peers: must name one at least");
        }
        requireBetween("bench.rounds", rounds, 1, 100);
        requireBetween("bench.seconds", measured.toMillis() / 1e3, 0.1, 600);
        requireBetween("bench.warmup", warmUp.toMillis() / 1e3, 0, 600);
    }

    /**
     * @param jvmFlags the benchmark's own, for when none are given
     * @param rounds the same
     */
    static Settings fromSystemProperties(String jvmFlags, int rounds) {
        return new Settings(
                list("bench.peers", "raw-vertx,kamaelia,raw-netty", ",").stream()
                        .map(Peer::labelled)
                        .toList(),
                list("bench.cases", "", ","),
                (int) number("bench.rounds", String.valueOf(rounds)),
                seconds("bench.seconds", "2.5"),
                seconds("bench.warmup", "3"),
                list("bench.jvm", jvmFlags, " "));
    }

    List<Peer> peersThatOffer(Service service) {
        return peers.stream().filter(peer -> peer.offers(service)).toList();
    }

    Peer baseline() {
        return peers.contains(Peer.RAW_VERTX) ? Peer.RAW_VERTX : peers.get(0);
    }

    /** The cases to run of those that there are. */
    <C> List<C> chosen(List<C> all, Function<C, String> name) {
        List<String> names = all.stream().map(name).toList();
        for (String wanted : cases) {
            if (!names.contains(wanted)) {
                throw new IllegalArgumentException("bench.cases: no case \"" + wanted + "\"; there are " + names);
            }
        }
        return all.stream()
                .filter(one -> cases.isEmpty() || cases.contains(name.apply(one)))
                .toList();
    }

    /** How long a run may take; one that takes much longer hangs. */
    Duration planned(int caseCount) {
        Duration warmUps = RAMP.plus(warmUp).multipliedBy(Comparison.MOST_WARM_UPS);
        Duration onePeer = START_AND_END.plus(warmUps).plus(RAMP.plus(measured).multipliedBy(rounds));
        return onePeer.multipliedBy((long) caseCount * peers.size());
    }

    private static Duration seconds(String name, String otherwise) {
        return Duration.ofMillis(Math.round(1_000 * number(name, otherwise)));
    }

    private static double number(String name, String otherwise) {
        String value = text(name, otherwise);
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException notOne) {
            throw new IllegalArgumentException(name + ": must be a number, is \"" + value + "\"", notOne);
        }
    }

    private static List<String> list(String name, String otherwise, String separator) {
        return Stream.of(text(name, otherwise).split(separator, -1))
                .map(String::strip)
                .filter(Predicate.not(String::isEmpty))
                .toList();
    }

    /** A build that hands its properties on may hand on an empty one, or one that nobody filled in. */
    private static String text(String name, String otherwise) {
        String value = System.getProperty(name, "").strip();
        return value.isEmpty() || value.startsWith("${") ? otherwise : value;
    }

    private static void requireBetween(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%s: must be %.3g to %.3g, is %.3g", name, least, most, value));
        }
    }
}
