package org.kamaelia.tcp;

import io.netty.channel.Channel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;

/**
 * Who is let in through a port, over all event loops: by its address, then by a place among {@code
 * maxConnections} and a token of {@code acceptRate}, in the order of coming. Any thread; times are of the
 * system's monotonic clock.
 */
final class Admission {
    /** How long a cause of refusals is not told again. */
    private static final long TOLD_AGAIN = Duration.ofSeconds(10).toNanos();

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Whose number a newcomer brings along from where it was accepted. */
    private static final AttributeKey<Long> ARRIVAL = AttributeKey.valueOf("kamaelia.arrival");

    /** The least of an IPv6 address that is given to one customer. */
    private static final int PREFIX_BYTES = 8;

    private volatile Rules rules;

    // Guarded by this.
    private int open;

    /** How many event loops want nobody to come in. */
    private int suspensions;

    private long arrivals;
    private final Map<Long, Integer> openByAddress = new HashMap<>();
    private final PriorityQueue<Turn> asking = new PriorityQueue<>(Comparator.comparingLong(turn -> turn.arrival));
    private final Pace pace = new Pace();
    private final Map<Refusal, Untold> untold = new EnumMap<>(Refusal.class);

    /** What the options say, made ready for asking. */
    private record Rules(ListenerOptions options, AddressBlocks allow, AddressBlocks deny, AddressBlocks trusted) {
        Rules(ListenerOptions options) {
            this(
                    options,
                    new AddressBlocks(options.allow()),
                    new AddressBlocks(options.deny()),
                    new AddressBlocks(options.proxyProtocol().trusted()));
        }

        int most() {
            return options.mostConnections();
        }

        /** Whether newcomers may have to wait for others. */
        boolean haveALine() {
            return options.whenFull() == WhenFull.QUEUE || options.acceptRate() != null;
        }

        boolean admits(InetAddress address) {
            return !deny.contains(address) && (allow.isEmpty() || allow.contains(address));
        }
    }

    /** Refusals of one cause since those were told last. */
    private static final class Untold {
        long count;
        long since;
    }

    /** What becomes of whoever has come. */
    enum Verdict {
        OPEN,
        FULL
    }

    /** The place in the line of one who has come. Its socket is its server's alone. */
    static final class Turn {
        final StreamSocket socket;
        private final Component server;
        private final long arrival;
        private volatile @Nullable Verdict verdict;

        private Turn(StreamSocket socket, Component server, long arrival) {
            this.socket = socket;
            this.server = server;
            this.arrival = arrival;
        }

        /** What becomes of it; null while it is to wait. */
        @Nullable
        Verdict verdict() {
            return verdict;
        }
    }

    Admission(ListenerOptions options) {
        rules = new Rules(options);
    }

    void options(ListenerOptions options) {
        rules = new Rules(options);
    }

    // ---- addresses

    /** What connections of one client have in common: an IPv4 address, an IPv6 network of 64 bits; 0 if nothing. */
    static long origin(SocketAddress remote) {
        if (!(remote instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            return 0;
        }
        byte[] address = AddressBlock.mapped(inet.getAddress().getAddress());
        long prefix = 0;
        long rest = 0;
        for (int i = 0; i < PREFIX_BYTES; i++) {
            prefix = (prefix << Byte.SIZE) | (address[i] & 0xff);
            rest = (rest << Byte.SIZE) | (address[i + PREFIX_BYTES] & 0xff);
        }
        return prefix == 0 ? rest : prefix;
    }

    /** The same address, as the system has it. */
    static SocketAddress address(io.vertx.core.net.SocketAddress client) {
        String path = client.path();
        return path == null
                ? new InetSocketAddress(
                        NetUtil.createInetAddressFromIpAddressString(client.hostAddress()), client.port())
                : new DomainSocketAddress(path);
    }

    /** Whether it may tell of others in a PROXY header. */
    boolean isProxy(SocketAddress remote) {
        Rules now = rules;
        return now.options.proxyProtocol().isOn()
                && (now.trusted.isEmpty()
                        || !(remote instanceof InetSocketAddress inet)
                        || now.trusted.contains(inet.getAddress()));
    }

    /**
     * Somebody has connected: null if it is welcome so far. A proxy always is, and {@link #arrive}s with the address that it
     * tells; all others have arrived.
     */
    @Nullable
    Refusal connect(SocketAddress remote, long origin) {
        if (isProxy(remote)) {
            return null;
        }
        boolean none = rules.options.proxyProtocol().mode() == ProxyProtocol.Mode.REQUIRED;
        return none ? Refusal.UNTRUSTED : arrive(remote, origin);
    }

    /** A client is here: null if its address is welcome and counted from now on. */
    @Nullable
    Refusal arrive(SocketAddress remote, long origin) {
        Rules now = rules;
        if (remote instanceof InetSocketAddress inet && !now.admits(inet.getAddress())) {
            return Refusal.DENIED;
        }
        if (origin == 0) {
            return null;
        }
        Integer limit = now.options.perAddressLimit();
        synchronized (this) {
            int before = openByAddress.getOrDefault(origin, 0);
            if (limit != null && before >= limit) {
                return Refusal.PER_ADDRESS;
            }
            openByAddress.put(origin, before + 1);
        }
        return null;
    }

    /** Somebody who had arrived is gone. */
    synchronized void leave(long origin) {
        openByAddress.computeIfPresent(origin, (key, count) -> count == 1 ? null : count - 1);
    }

    // ---- places

    /**
     * Gives somebody its number in the line, if there may be one. On the accepting event loop: the others may come to see who
     * was handed on to them in another order.
     */
    void number(Channel newcomer) {
        if (rules.haveALine()) {
            newcomer.attr(ARRIVAL).set(nextArrival());
        }
    }

    private synchronized long nextArrival() {
        return ++arrivals;
    }

    /**
     * Puts somebody in line, by its number or at the end.
     *
     * @param server woken when there is a verdict
     */
    Turn queue(Channel newcomer, StreamSocket socket, Component server) {
        Long number = newcomer.hasAttr(ARRIVAL) ? newcomer.attr(ARRIVAL).getAndSet(null) : null;
        return new Turn(socket, server, number == null ? nextArrival() : number);
    }

    /** May it come in? It is told by its verdict, sooner or later. */
    synchronized void ask(Turn turn, long now) {
        asking.add(turn);
        settle(now, null);
    }

    /**
     * An event loop wants nobody to come in until it {@link #resume}s, whatever was said to those of its own who have not.
     *
     * @param waiting those
     */
    synchronized void suspend(Iterable<Turn> waiting) {
        suspensions++;
        for (Turn each : waiting) {
            if (each.verdict != null) {
                takeBack(each);
                asking.add(each);
            }
        }
    }

    /**
     * An event loop wants nobody to wait any longer. Once none does they come in again, the first who came first: an event loop
     * that is behind with what it is told neither lets in who must wait again nor has who came later let in.
     */
    synchronized void resume(long now) {
        suspensions--;
        settle(now, null);
    }

    /** Decides anew, since the options may have changed or time has passed; wakes other servers than this. */
    synchronized void settle(Component server, long now) {
        settle(now, server);
    }

    /** It asks no longer; a place that it was given goes to the next. */
    synchronized void withdraw(Turn turn, long now) {
        takeBack(turn);
        asking.remove(turn);
        settle(now, turn.server);
    }

    private void takeBack(Turn turn) {
        if (turn.verdict == Verdict.OPEN) {
            open--;
        }
        turn.verdict = null;
    }

    /** An open connection has ended. */
    synchronized void close(long now) {
        open--;
        settle(now, null);
    }

    /** How many connections are open, over all event loops. */
    synchronized int open() {
        return open;
    }

    /** How long until {@code acceptRate} allows one more. */
    synchronized long waitNanos(long now) {
        return rules.options.acceptRate() == null ? 0 : pace.waitNanos(now);
    }

    /** Decides on those who ask, the first who came first. */
    private void settle(long now, @Nullable Component caller) {
        for (Turn first = asking.peek(); first != null && suspensions == 0; first = asking.peek()) {
            boolean full = open >= rules.most();
            boolean waits = full ? rules.options.whenFull() == WhenFull.QUEUE : waitNanos(now) > 0;
            if (waits) {
                return;
            }
            if (!full) {
                open++;
                spend(now);
            }
            asking.remove();
            first.verdict = full ? Verdict.FULL : Verdict.OPEN;
            if (first.server != caller) {
                first.server.wake();
            }
        }
    }

    private void spend(long now) {
        Integer rate = rules.options.acceptRate();
        if (rate == null) {
            return;
        }
        Integer burst = rules.options.acceptBurst();
        long cost = SECOND / rate;
        pace.spend(now, cost, cost * ((burst == null ? rate : burst) - 1));
    }

    // ---- what is told

    /** What is to be told of a refusal; null if one of its cause was told not long ago. */
    synchronized @Nullable ConnectionsRefused refused(String listener, Refusal cause, SocketAddress remote, long now) {
        Untold of = untold.get(cause);
        if (of == null) {
            of = new Untold();
            untold.put(cause, of);
        } else if (now - of.since < TOLD_AGAIN) {
            of.count++;
            return null;
        }
        ConnectionsRefused told = new ConnectionsRefused(listener, cause, of.count + 1, String.valueOf(remote));
        of.count = 0;
        of.since = now;
        return told;
    }
}
