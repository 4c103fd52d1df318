package org.kamaelia.component;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A unit of work with boxes; the scheduler calls its {@link #step()}. Axon's {@code component}.
 *
 * <p>Every component has the inboxes {@code inbox} and {@code control} and the outboxes {@code outbox}
 * and {@code signal}; they come into being when first asked for. More are added by {@link #addInbox}
 * and {@link #addOutbox}. All methods belong to the scheduler's thread, except {@link #wake()}, and to
 * the constructing thread until the component is activated.
 */
public abstract class Component {
    /** See {@link Next}. */
    protected static final Next AGAIN = Next.AGAIN;

    protected static final Next PAUSE = Next.PAUSE;
    protected static final Next DONE = Next.DONE;

    private static final VarHandle WAKE_WAITS = wakeWaitsField();

    static final byte NEW = 0;
    static final byte ASLEEP = 1;
    static final byte AWAKE = 2;
    static final byte RUNNING = 3;
    static final byte WOKEN = 4;
    static final byte ENDING = 5;
    static final byte ENDED = 6;

    /** Set once, on activation, from whichever thread activates. */
    volatile @Nullable Scheduler home;

    /** The same as {@link #home}, for the scheduler's thread. */
    @Nullable
    Scheduler scheduler;

    byte state = NEW;

    /** A wake from another thread waits in the {@link Ingress}; others merge with it. */
    @SuppressWarnings("UnusedVariable") // by WAKE_WAITS only
    private volatile boolean wakeWaits;

    /** 0 before activation. */
    long id;

    long steps;

    /** An estimate, see {@link KindCounters#busy}. */
    long nanos;

    /** Set on activation. */
    @Nullable
    KindAccount kind;

    @Nullable
    Box firstBox;

    @Nullable
    Linkage firstMade;

    @Nullable
    RemoteLinkage firstMadeAcross;

    @Nullable
    Component parent;

    @Nullable
    Component firstChild;

    @Nullable
    Component lastChild;

    @Nullable
    Component previousSibling;

    @Nullable
    Component nextSibling;

    @Nullable
    Deadline firstDeadline;

    @Nullable
    Component nextAwake;

    @Nullable
    Component previousActive;

    @Nullable
    Component nextActive;

    @Nullable
    Detour detour;

    /** Steps that run in the component's place, innermost first. */
    record Detour(Step step, @Nullable Detour outer) {}

    protected Component() {}

    /**
     * One bounded piece of work, on the scheduler's thread.
     *
     * @return what is to happen next
     */
    protected abstract Next step();

    /**
     * Called once at the end, whatever its cause, while boxes still work: release what is held, say
     * farewell.
     *
     * @param failure what a step threw; null for an end without failure
     */
    protected void ended(@Nullable Throwable failure) {}

    /**
     * A child has ended; the wake that goes with it comes by itself. What it left in its inboxes can still
     * be taken; after this call it goes nowhere.
     *
     * @param failure what the child threw; null for an end without failure
     */
    protected void childEnded(Component child, @Nullable Throwable failure) {}

    /** For {@link #step()}: run that in my place, on my boxes and wakes, until it is done; then go on. */
    protected static Next detour(Step step) {
        return new Next.Detour(Objects.requireNonNull(step, "a detour needs a step"));
    }

    // ---- boxes

    /**
     * The inbox of that name. {@code inbox} and {@code control} are made when first asked for.
     *
     * @throws NoSuchElementException if there is none
     * @throws IllegalArgumentException if it takes another type
     */
    public final <T> Inbox<T> inbox(String name, Class<T> type) {
        if (find(name, true) instanceof Inbox<?> inbox) {
            @SuppressWarnings("unchecked")
            Inbox<T> typed = (Inbox<T>) checked(inbox, type);
            return typed;
        }
        if (name.equals("inbox") || name.equals("control")) {
            return own(newInbox(name, type, 0));
        }
        throw noSuchBox("inbox", name);
    }

    /**
     * The outbox of that name. {@code outbox} and {@code signal} are made when first asked for.
     *
     * @throws NoSuchElementException if there is none
     * @throws IllegalArgumentException if it sends another type
     */
    public final <T> Outbox<T> outbox(String name, Class<T> type) {
        if (find(name, false) instanceof Outbox<?> outbox) {
            @SuppressWarnings("unchecked")
            Outbox<T> typed = (Outbox<T>) checked(outbox, type);
            return typed;
        }
        if (name.equals("outbox") || name.equals("signal")) {
            return own(new Outbox<>(this, name, type));
        }
        throw noSuchBox("outbox", name);
    }

    /**
     * The inbox of that name, of whatever type.
     *
     * @throws NoSuchElementException if it was not declared
     */
    public final Inbox<?> inbox(String name) {
        if (find(name, true) instanceof Inbox<?> inbox) {
            return inbox;
        }
        throw noSuchBox("inbox", name);
    }

    /**
     * The outbox of that name, of whatever type.
     *
     * @throws NoSuchElementException if it was not declared
     */
    public final Outbox<?> outbox(String name) {
        if (find(name, false) instanceof Outbox<?> outbox) {
            return outbox;
        }
        throw noSuchBox("outbox", name);
    }

    /** The inbox {@code control}. */
    public final Inbox<Signal> control() {
        return inbox("control", Signal.class);
    }

    /** The outbox {@code signal}. */
    public final Outbox<Signal> signal() {
        return outbox("signal", Signal.class);
    }

    /** Its boxes, in the order they were made. */
    public final List<Box> boxes() {
        return boxes(Integer.MAX_VALUE);
    }

    /** The youngest of its boxes, in the order they were made: for whoever must not take long, however many there are. */
    public final List<Box> boxes(int most) {
        List<Box> youngest = new ArrayList<>();
        for (Box box = firstBox; box != null && youngest.size() < most; box = box.nextBox) {
            youngest.add(box);
        }
        Collections.reverse(youngest);
        return youngest;
    }

    /** True if it has an inbox or outbox of that name already. */
    public final boolean hasBox(String name) {
        Box box = firstBox;
        while (box != null && !box.name().equals(name)) {
            box = box.nextBox;
        }
        return box != null;
    }

    /**
     * Adds an inbox with its type's default bound; a name already taken gets a suffix, see {@link
     * Box#name()}.
     */
    protected final <T> Inbox<T> addInbox(String name, Class<T> type) {
        return addInbox(name, type, 0);
    }

    /**
     * Adds an inbox.
     *
     * @param bound from how many messages, or what weight, on it is full; 0 for the type's default
     */
    protected final <T> Inbox<T> addInbox(String name, Class<T> type, int bound) {
        return own(newInbox(free(name), type, bound));
    }

    /** Adds an inbox that takes messages of operators, beside those that linkages bring, with its type's default bound. */
    protected final <T> Inbox<T> addInbox(String name, ForOperators<T> operators) {
        return addInbox(name, operators, 0);
    }

    /**
     * Adds an inbox that takes messages of operators, beside those that linkages bring.
     *
     * @param bound from how many messages, or what weight, on it is full; 0 for the type's default
     * @throws IllegalArgumentException for a box of signals, which merge
     */
    protected final <T> Inbox<T> addInbox(String name, ForOperators<T> operators, int bound) {
        if (operators.type() == Signal.class) {
            throw new IllegalArgumentException("the box \"" + name
                    + "\" carries signals, which operators cannot send; let it carry a type of its own");
        }
        return own(new OperatorInbox<>(this, free(name), operators, bound));
    }

    /** Adds an outbox; a name already taken gets a suffix, see {@link Box#name()}. */
    protected final <T> Outbox<T> addOutbox(String name, Class<T> type) {
        return own(new Outbox<>(this, free(name), type));
    }

    /** True while a box is in use: it belongs to this component, which has not ended. */
    final boolean has(Box box) {
        Box each = hasEnded() ? null : firstBox;
        while (each != null && each != box) {
            each = each.nextBox;
        }
        return each == box;
    }

    /**
     * Removes a box that was added; its linkages go, and what waits in it goes nowhere.
     *
     * @throws IllegalArgumentException if it belongs to another component, or has been removed
     */
    protected final void remove(Box box) {
        checkThread();
        if (box.owner != this) {
            throw new IllegalArgumentException(box + " does not belong to " + this);
        }
        if (!owns(box)) {
            throw new IllegalArgumentException(box + " has been removed already");
        }
        dissolve(box);
        Box previous = null;
        for (Box each = firstBox; each != null; previous = each, each = each.nextBox) {
            if (each == box) {
                if (previous == null) {
                    firstBox = each.nextBox;
                } else {
                    previous.nextBox = each.nextBox;
                }
            }
        }
        if (box instanceof Inbox<?> inbox) {
            inbox.close();
        }
    }

    @SuppressWarnings("unchecked")
    private <T> Inbox<T> newInbox(String name, Class<T> type, int bound) {
        return type == Signal.class ? (Inbox<T>) new SignalInbox(this, name) : new Inbox<>(this, name, type, bound);
    }

    private <B extends Box> B own(B box) {
        checkThread();
        box.nextBox = firstBox;
        firstBox = box;
        return box;
    }

    private @Nullable Box find(String name, boolean inbox) {
        for (Box box = firstBox; box != null; box = box.nextBox) {
            if (box.name().equals(name) && box instanceof Inbox<?> == inbox) {
                return box;
            }
        }
        return null;
    }

    final boolean owns(Box box) {
        for (Box each = firstBox; each != null; each = each.nextBox) {
            if (each == box) {
                return true;
            }
        }
        return false;
    }

    private String free(String name) {
        String free = name;
        for (int suffix = 1; hasBox(free); suffix++) {
            free = name + "_" + suffix;
        }
        return free;
    }

    private Box checked(Box box, Class<?> type) {
        if (box.type != type) {
            throw new IllegalArgumentException(
                    box + " carries " + box.type.getSimpleName() + ", not " + type.getSimpleName());
        }
        return box;
    }

    private NoSuchElementException noSuchBox(String kind, String name) {
        return new NoSuchElementException(this + " has no " + kind + " \"" + name + "\"; it has " + boxes()
                + "; add others by " + (kind.equals("inbox") ? "addInbox" : "addOutbox"));
    }

    // ---- linkages

    /**
     * Links an outbox to an inbox.
     *
     * @throws BoxAlreadyLinked if the outbox leads somewhere already
     * @throws IllegalArgumentException if this component or one whose box it is has ended, if a box has
     *     been removed, if they would make a circle, or by raw types boxes that carry different things
     * @throws IllegalStateException on another thread than the scheduler's, of the boxes too
     */
    protected final <T> Linkage link(Outbox<? extends T> source, Inbox<T> sink) {
        return Linkage.make(this, source, sink);
    }

    /**
     * Passes an inbox through to another: what waits moves, in order, and what comes goes there.
     *
     * @throws BoxAlreadyLinked if the source leads somewhere already
     * @throws NoSpaceInBox if what waits does not fit; nothing is moved or linked
     * @throws IllegalArgumentException as with an outbox and an inbox
     */
    protected final <T> Linkage link(Inbox<? extends T> source, Inbox<T> sink) {
        return Linkage.make(this, source, sink);
    }

    /**
     * Passes an outbox through another.
     *
     * @throws BoxAlreadyLinked if the source leads somewhere already
     * @throws IllegalArgumentException as with an outbox and an inbox
     */
    protected final <T> Linkage link(Outbox<? extends T> source, Outbox<T> sink) {
        return Linkage.make(this, source, sink);
    }

    /**
     * Links boxes whose types only show at run time: outbox to inbox, or a passthrough.
     *
     * @throws IllegalArgumentException if they carry different types, or an inbox would lead to an outbox
     * @throws BoxAlreadyLinked if the source leads somewhere already
     */
    protected final Linkage linkUntyped(Box source, Box sink) {
        checked(sink, source.type);
        if (source instanceof Inbox<?> && sink instanceof Outbox<?>) {
            throw new IllegalArgumentException("an inbox cannot lead to an outbox: " + source + " to " + sink);
        }
        return Linkage.make(this, source, sink);
    }

    /** Undoes a linkage that this component made; another's is left alone. */
    protected final void unlink(Linkage linkage) {
        if (linkage.maker == this) {
            linkage.undo();
        }
    }

    /** Undoes the linkages that this component made from and to another's boxes. */
    protected final void unlink(Component other) {
        for (Box box = other.firstBox; box != null; box = box.nextBox) {
            if (box.out != null && box.out.maker == this) {
                box.out.undo();
            }
            Linkage in = box.firstIn;
            while (in != null) {
                Linkage next = in.nextIn;
                if (in.maker == this) {
                    in.undo();
                }
                in = next;
            }
        }
        RemoteLinkage across = firstMadeAcross;
        while (across != null) {
            RemoteLinkage next = across.nextMade;
            if (across.source().owner == other || across.sink().owner == other) {
                across.undo();
            }
            across = next;
        }
    }

    /**
     * Links an outbox to an inbox whose component runs on another scheduler, by a window as large as the default bound
     * of the inbox's type. See {@link RemoteLinkage}.
     */
    protected final <T> CompletionStage<RemoteLinkage> linkAcross(Outbox<? extends T> source, Inbox<T> sink) {
        return linkAcross(source, sink, Weighers.defaultBound(sink.type));
    }

    /**
     * Links an outbox to an inbox whose component runs on another scheduler. This component, which is active, makes the
     * linkage and may run on either scheduler or on a third.
     *
     * @param window how many messages, or what weight of them, may be on their way: while so much is, the source is
     *     refused as by a full box. Boxes of signals never refuse
     * @return on this component's scheduler, once both ends stand; what is sent before goes nowhere. It fails with
     *     {@link IllegalStateException} if either component is not active, or a scheduler has stopped, and with
     *     {@link BoxAlreadyLinked} if the source leads somewhere already; nothing is linked then
     * @throws IllegalArgumentException if the window is not at least 1
     */
    protected final <T> CompletionStage<RemoteLinkage> linkAcross(
            Outbox<? extends T> source, Inbox<T> sink, int window) {
        return RemoteLinkage.make(this, source, sink, window);
    }

    /**
     * Passes an inbox through to one whose component runs on another scheduler: what waits moves, in order, and what
     * comes goes there. Otherwise as {@link #linkAcross(Outbox, Inbox, int)}; it also fails, with {@link NoSpaceInBox},
     * if what waits is more than the window.
     */
    protected final <T> CompletionStage<RemoteLinkage> linkAcross(
            Inbox<? extends T> source, Inbox<T> sink, int window) {
        return RemoteLinkage.make(this, source, sink, window);
    }

    /**
     * Undoes a linkage that this component made. The source leads nowhere as soon as its scheduler hears of it; what
     * was sent before still reaches the old target.
     *
     * @return the same as {@link RemoteLinkage#ended()}; fails with {@link IllegalArgumentException}, and leaves the
     *     linkage alone, if another component made it
     */
    protected final CompletionStage<Void> unlink(RemoteLinkage linkage) {
        if (linkage.maker != this) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException(linkage + " was made by " + linkage.maker + ", not by " + this));
        }
        linkage.undo();
        return linkage.ended();
    }

    /** A linkage that this component made is undone, by whatever. */
    void undone(Linkage linkage) {}

    private static void dissolve(Box box) {
        if (box.out != null) {
            box.out.undo();
        }
        while (box.firstIn != null) {
            box.firstIn.undo();
        }
    }

    /**
     * Puts a message into another component's inbox without a linkage, as a parent does to its child.
     *
     * @return false if the box is full
     * @throws IllegalArgumentException if the message is not of the box's type
     * @throws IllegalStateException if the box's component runs on another scheduler's thread
     */
    protected final <T> boolean tell(Inbox<? super T> inbox, T message) {
        inbox.owner.checkThread();
        inbox.check(message);
        Inbox<?> end = inbox.target;
        return end != null && end.deliverFrom(message, inbox);
    }

    // ---- life

    /**
     * Adds a child: its end wakes this component.
     *
     * @throws IllegalArgumentException if it has a parent already, if one of the two has ended, if this
     *     component descends from it, or if it runs on another scheduler
     */
    protected final void addChild(Component child) {
        checkThread();
        if (runsElsewhere(child)) {
            throw new IllegalArgumentException(
                    child + " cannot become a child of " + this + ": it runs on another scheduler");
        }
        if (child.parent != null) {
            throw new IllegalArgumentException(child + " already is a child of " + child.parent);
        }
        if (child.hasEnded() || hasEnded()) {
            throw new IllegalArgumentException(
                    child + " cannot become a child of " + this + ": " + (hasEnded() ? this : child) + " has ended");
        }
        for (Component older = this; older != null; older = older.parent) {
            if (older == child) {
                throw new IllegalArgumentException(child + " cannot become a child of " + this + ", its descendant");
            }
        }
        child.parent = this;
        child.previousSibling = lastChild;
        if (lastChild == null) {
            firstChild = child;
        } else {
            lastChild.nextSibling = child;
        }
        lastChild = child;
    }

    /** Removes a child, and the linkages that this component made from and to its boxes. */
    protected final void removeChild(Component child) {
        checkThread();
        if (child.parent == this) {
            orphan(child);
        }
        unlink(child);
    }

    /** True if another is active on another scheduler than this one. */
    final boolean runsElsewhere(Component other) {
        Scheduler here = home;
        Scheduler there = other.home;
        return here != null && there != null && here != there;
    }

    private void orphan(Component child) {
        Component before = child.previousSibling;
        Component after = child.nextSibling;
        if (before == null) {
            firstChild = after;
        } else {
            before.nextSibling = after;
        }
        if (after == null) {
            lastChild = before;
        } else {
            after.previousSibling = before;
        }
        child.previousSibling = null;
        child.nextSibling = null;
        child.parent = null;
    }

    /** Calls for each child in the order they were added; any of them may end meanwhile. */
    protected final void forEachChild(Consumer<? super Component> action) {
        List<Component> children = new ArrayList<>();
        for (Component child = firstChild; child != null; child = child.nextSibling) {
            children.add(child);
        }
        for (Component child : children) {
            if (child.parent == this) {
                action.accept(child);
            }
        }
    }

    /** The first child that fits, in the order they were added; null if none does. */
    protected final @Nullable Component findChild(Predicate<? super Component> fits) {
        for (Component child = firstChild; child != null; child = child.nextSibling) {
            if (fits.test(child)) {
                return child;
            }
        }
        return null;
    }

    protected final boolean hasChildren() {
        return firstChild != null;
    }

    /**
     * Starts another component on this one's scheduler; one that is active there already stays as it is.
     *
     * @throws IllegalStateException if it has ended or runs on another scheduler
     */
    protected final void activate(Component other) {
        scheduler().activate(other);
    }

    /** Ends another component now, between its steps. */
    protected final void end(Component other) {
        scheduler().end(other);
    }

    /** True once it has ended. */
    public final boolean hasEnded() {
        return state == ENDED;
    }

    /** True from activation to the end. */
    public final boolean isActive() {
        return state != NEW && state != ENDED;
    }

    /**
     * Wakes it, from any thread. What was never activated, or has ended, stays as it is; a wake that
     * comes while it runs is not lost. Wakes from other threads merge until the scheduler has let one in.
     */
    public final void wake() {
        Scheduler at = home;
        if (at == null) {
            return;
        }
        if (at.isOwnThread()) {
            wakeHere();
        } else if (!(boolean) WAKE_WAITS.getAndSet(this, true)) {
            at.ingress().wake(this);
        }
    }

    /**
     * A wake from another thread is let in; a later one counts anew. It reads as well as writes: so the step that
     * follows sees what was done before each of the wakes that merged.
     */
    final void wakeEnters() {
        boolean unused = (boolean) WAKE_WAITS.getAndSet(this, false);
    }

    private static VarHandle wakeWaitsField() {
        try {
            return MethodHandles.lookup().findVarHandle(Component.class, "wakeWaits", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Wakes this component after a while. A new deadline stands beside those set before; after the end it
     * is cancelled from the start.
     *
     * @return to ask whether it has passed, or to cancel it
     */
    protected final Deadline wakeAfter(Duration delay) {
        checkThread();
        Deadline deadline = new Deadline(this, delay);
        Scheduler at = scheduler;
        if (hasEnded()) {
            deadline.cancel();
        } else if (at != null) {
            at.arm(deadline);
        }
        return deadline;
    }

    /** A number that no other component of its scheduler ever has; 0 before activation. */
    public final long number() {
        return id;
    }

    /** The component it is a child of; null for none. */
    public final @Nullable Component parent() {
        return parent;
    }

    /**
     * Where it runs.
     *
     * @throws IllegalStateException before activation
     */
    public final Scheduler scheduler() {
        Scheduler at = scheduler;
        if (at == null) {
            throw new IllegalStateException(this + " is not active yet; activate it first");
        }
        return at;
    }

    final boolean inThread() {
        return scheduler == null || scheduler.inThread();
    }

    final String wrongThread() {
        return this + " is used from thread " + Thread.currentThread().getName()
                + ", which is not its scheduler's; use the scheduler's ingress, or in a ThreadedComponent's body its"
                + " ThreadOutbox or call";
    }

    final void checkThread() {
        if (!inThread()) {
            throw new IllegalStateException(wrongThread());
        }
    }

    final void wakeHere() {
        byte now = state;
        if (now == ASLEEP) {
            Scheduler at = scheduler;
            if (at != null) {
                at.enqueue(this);
            }
        } else if (now == RUNNING) {
            state = WOKEN;
        }
    }

    /** A message that this component held for a box and cannot deliver any more: it is counted and told so. */
    protected final void nowhere(Box from, @Nullable Object message) {
        Scheduler at = scheduler;
        if (kind != null) {
            kind.toNowhere++;
        }
        if (message instanceof Undeliverable held) {
            try {
                held.undelivered();
            } catch (Throwable thrown) {
                if (at == null) {
                    throw thrown;
                }
                at.report(this, thrown);
            }
        }
    }

    final void countRefused() {
        if (kind != null) {
            kind.refused++;
        }
    }

    /** To whom its signals go, when it has thrown. */
    final void sayFailed(Throwable cause) {
        if (find("signal", false) instanceof Outbox<?> box && box.type == Signal.class) {
            signal().offer(new ShutdownMicroprocess(cause));
        }
    }

    /** Takes it out of the world; called by the scheduler. */
    final void dismantle() {
        for (Deadline deadline = firstDeadline; deadline != null; deadline = deadline.nextOfOwner) {
            scheduler().disarm(deadline);
        }
        firstDeadline = null;
        while (firstMade != null) {
            firstMade.undo();
        }
        while (firstMadeAcross != null) {
            firstMadeAcross.undo();
        }
        for (Box box = firstBox; box != null; box = box.nextBox) {
            dissolve(box);
        }
        while (firstChild != null) {
            orphan(firstChild);
        }
    }

    /** What waits goes nowhere; called by the scheduler when the parent has had its chance to take it. */
    final void closeInboxes() {
        for (Box box = firstBox; box != null; box = box.nextBox) {
            if (box instanceof Inbox<?> inbox) {
                inbox.close();
            }
        }
    }

    /** Returns the parent that it has left; null if it had none. */
    final @Nullable Component leaveParent() {
        Component from = parent;
        if (from != null) {
            from.orphan(this);
        }
        return from;
    }

    /** What it is called in events: its class and a number unique in its scheduler, which it has from activation on. */
    @Override
    public String toString() {
        return plainName();
    }

    final String plainName() {
        return KindAccount.name(getClass()) + (id == 0 ? " (not active)" : "#" + id);
    }
}
