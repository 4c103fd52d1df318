package org.kamaelia.component;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel promises, said as plainly as possible: chains are walked when a message is sent, and
 * everything is found by looking through all there is. It says what an operation answers, and who is
 * awake and where every parcel is after it.
 */
final class KernelModel {
    enum State {
        NEW,
        ASLEEP,
        AWAKE,
        RUNNING,
        WOKEN,
        ENDING,
        ENDED
    }

    /** A message, which knows that it went nowhere. */
    static final class Parcel implements Undeliverable {
        final int number;
        final int weight;
        int undelivered;

        Parcel(int number, int weight) {
            this.number = number;
            this.weight = weight;
        }

        @Override
        public void undelivered() {
            undelivered++;
        }

        @Override
        public String toString() {
            return "parcel " + number + (weight == 1 ? "" : " of " + weight);
        }
    }

    /** A component. */
    static final class Part {
        final String name;
        State state = State.NEW;
        boolean wasActive;
        int detours;

        /** When it was put among the awake; those put there together may run in any order. */
        long awakeSince;

        @Nullable
        Part parent;

        /** The child whose end made this one throw: its boxes are closed after this one's. */
        @Nullable
        Part closesAfter;

        Part(String name) {
            this.name = name;
        }

        boolean isActive() {
            return state != State.NEW && state != State.ENDED;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A box. */
    static final class Port {
        final Part owner;
        final String name;
        final boolean isInbox;
        final Deque<Parcel> waiting = new ArrayDeque<>();
        int bound;
        boolean removed;

        /** By its owner, not for its end. */
        boolean removedByOwner;

        /** Of an outbox: where it was refused or found no room since its last success. */
        @Nullable
        Port refusedBy;

        Port(Part owner, String name, boolean isInbox, int bound) {
            this.owner = owner;
            this.name = name;
            this.isInbox = isInbox;
            this.bound = bound;
        }

        int used() {
            return waiting.stream().mapToInt(each -> each.weight).sum();
        }

        boolean hasRoom() {
            return used() < bound;
        }

        boolean isGone() {
            return removed || owner.state == State.ENDED;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A linkage. */
    record Wire(Port source, Port sink, Part maker) {}

    final List<Part> parts = new ArrayList<>();
    final List<Port> ports = new ArrayList<>();
    final List<Wire> wires = new ArrayList<>();
    final Set<Parcel> nowhere = new HashSet<>();
    final List<Parcel> received = new ArrayList<>();
    int countedNowhere;
    private long now;

    /** What happens from here on happens after all that happened before. */
    void tick() {
        now++;
    }

    // ---- boxes

    @Nullable
    Wire wireFrom(Port source) {
        return wires.stream().filter(wire -> wire.source == source).findFirst().orElse(null);
    }

    /** Where a message put in here ends up; null if nowhere. */
    @Nullable
    Port destination(Port from) {
        Port last = from;
        for (Wire on = wireFrom(from); on != null; on = wireFrom(last)) {
            last = on.sink;
        }
        return last.isInbox ? last : null;
    }

    boolean leadsTo(Port from, Port to) {
        Port last = from;
        for (Wire on = wireFrom(from); on != null && last != to; on = wireFrom(last)) {
            last = on.sink;
        }
        return last == to;
    }

    Answer link(Part maker, Port source, Port sink) {
        if (source.isInbox && !sink.isInbox) {
            return Answer.ILLEGAL;
        }
        if (wireFrom(source) != null) {
            return Answer.ALREADY_LINKED;
        }
        if (maker.state == State.ENDED || source.isGone() || sink.isGone() || leadsTo(sink, source)) {
            return Answer.ILLEGAL;
        }
        Port to = destination(sink);
        if (to != null && !source.waiting.isEmpty()) {
            if (!fits(source.waiting, to)) {
                return Answer.NO_SPACE;
            }
            to.waiting.addAll(source.waiting);
            source.waiting.clear();
            wake(to.owner);
        }
        changeWires(() -> wires.add(new Wire(source, sink, maker)));
        return Answer.OK;
    }

    private static boolean fits(Iterable<Parcel> parcels, Port into) {
        int used = into.used();
        for (Parcel each : parcels) {
            if (used >= into.bound) {
                return false;
            }
            used += each.weight;
        }
        return true;
    }

    void unlink(Part maker, Wire wire) {
        if (wire.maker == maker) {
            changeWires(() -> wires.remove(wire));
        }
    }

    void unlinkComponent(Part maker, Part other) {
        changeWires(() -> wires.removeIf(
                wire -> wire.maker == maker && (wire.source.owner == other || wire.sink.owner == other)));
    }

    /** Whoever was refused by a box that he does not lead to any more tries again. */
    private void changeWires(Runnable change) {
        Map<Port, Port> before = new HashMap<>();
        ports.forEach(port -> before.put(port, destination(port)));
        change.run();
        for (Port port : ports) {
            if (port.refusedBy != null && destination(port) != before.get(port)) {
                port.refusedBy = null;
                wake(port.owner);
            }
        }
    }

    /** Answers whether it was taken; that it went nowhere counts as taken. */
    boolean offer(Port outbox, Parcel parcel) {
        Port to = destination(outbox);
        if (to == null) {
            goNowhere(outbox.owner, parcel);
            return true;
        }
        if (!to.hasRoom()) {
            outbox.refusedBy = to;
            return false;
        }
        outbox.refusedBy = null;
        to.waiting.add(parcel);
        wake(to.owner);
        return true;
    }

    boolean askRoom(Port outbox) {
        Port to = destination(outbox);
        if (to == null || to.hasRoom()) {
            return true;
        }
        outbox.refusedBy = to;
        return false;
    }

    boolean tell(Port inbox, Parcel parcel) {
        Port to = destination(inbox);
        if (to == null || to.removed) {
            goNowhere(inbox.owner, parcel);
            return true;
        }
        if (!to.hasRoom()) {
            return false;
        }
        to.waiting.add(parcel);
        wake(to.owner);
        return true;
    }

    @Nullable
    Parcel poll(Port inbox) {
        Parcel oldest = inbox.waiting.poll();
        if (oldest != null) {
            received.add(oldest);
            madeRoom(inbox);
        }
        return oldest;
    }

    void setBound(Port inbox, int bound) {
        if (!inbox.removed) {
            inbox.bound = bound;
            madeRoom(inbox);
        }
    }

    private void madeRoom(Port inbox) {
        for (Port port : ports) {
            if (port.refusedBy == inbox && inbox.hasRoom()) {
                port.refusedBy = null;
                wake(port.owner);
            }
        }
    }

    Answer removeOnce(Port box) {
        if (box.removedByOwner) {
            return Answer.ILLEGAL;
        }
        box.removedByOwner = true;
        remove(box);
        return Answer.OK;
    }

    private void remove(Port box) {
        changeWires(() -> wires.removeIf(wire -> wire.source == box || wire.sink == box));
        box.removed = true;
        box.waiting.forEach(left -> goNowhere(box.owner, left));
        box.waiting.clear();
    }

    private void goNowhere(Part where, Parcel parcel) {
        nowhere.add(parcel);
        countedNowhere += where.wasActive ? 1 : 0;
    }

    // ---- life

    Answer activate(Part part) {
        if (part.state == State.ENDED) {
            return Answer.ILLEGAL;
        }
        if (part.state == State.NEW) {
            part.wasActive = true;
            queue(part);
        }
        return Answer.OK;
    }

    void wake(Part part) {
        if (part.state == State.ASLEEP) {
            queue(part);
        } else if (part.state == State.RUNNING) {
            part.state = State.WOKEN;
        }
    }

    private void queue(Part part) {
        part.state = State.AWAKE;
        part.awakeSince = now;
    }

    /** True if a step of this one may be next. */
    boolean mayStep(Part part) {
        return part.state == State.AWAKE
                && parts.stream().noneMatch(other -> other.state == State.AWAKE && other.awakeSince < part.awakeSince);
    }

    /** A step, or what runs in its place, has come back; true if that is the end. */
    boolean comeBack(Part part, Program.Verdict verdict) {
        if (part.state == State.ENDED) {
            return false;
        }
        boolean woken = part.state == State.WOKEN;
        switch (verdict) {
            case PAUSE -> part.state = State.ASLEEP;
            case AGAIN -> queue(part);
            case DETOUR -> {
                part.detours++;
                queue(part);
            }
            case DONE -> {
                if (part.detours == 0) {
                    return true;
                }
                part.detours--;
                queue(part);
            }
            case THROW -> {
                return true;
            }
        }
        if (woken) {
            queue(part);
        }
        return false;
    }

    /** After the hook: it is out of the world. Answers its parent, who is to be told. */
    @Nullable
    Part end(Part part) {
        part.state = State.ENDED;
        changeWires(() ->
                wires.removeIf(wire -> wire.maker == part || wire.source.owner == part || wire.sink.owner == part));
        parts.stream().filter(each -> each.parent == part).forEach(orphan -> orphan.parent = null);
        Part parent = part.parent;
        part.parent = null;
        return parent;
    }

    /** Once its parent was told, which may take what still waits there. */
    void close(Part part) {
        ports.stream().filter(port -> port.owner == part).forEach(this::remove);
        if (part.closesAfter != null) {
            close(part.closesAfter);
        }
    }

    Answer addChild(Part parent, Part child) {
        boolean refused = child.parent != null
                || child.state == State.ENDED
                || parent.state == State.ENDED
                || isAncestor(child, parent);
        if (refused) {
            return Answer.ILLEGAL;
        }
        child.parent = parent;
        return Answer.OK;
    }

    private static boolean isAncestor(Part older, Part part) {
        Part each = part;
        while (each != null && each != older) {
            each = each.parent;
        }
        return each == older;
    }

    void removeChild(Part parent, Part child) {
        if (child.parent == parent) {
            child.parent = null;
        }
        unlinkComponent(parent, child);
    }

    /** What an operation came to. */
    enum Answer {
        OK,
        NO,
        ILLEGAL,
        ALREADY_LINKED,
        NO_SPACE,
        EMPTY
    }
}
