package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.KernelModel.Answer;
import org.kamaelia.component.KernelModel.Parcel;
import org.kamaelia.component.KernelModel.Part;
import org.kamaelia.component.KernelModel.Port;
import org.kamaelia.component.KernelModel.State;
import org.kamaelia.component.KernelModel.Wire;
import org.kamaelia.component.Program.Kind;
import org.kamaelia.component.Program.Operation;
import org.kamaelia.component.Program.Verdict;

/**
 * Runs a program on the kernel and on its model at once, and compares them after every operation.
 *
 * <p>Steps and hooks are calls of the kernel; what the model makes of the time before such a call is
 * caught up with at its beginning ({@link #settle}).
 */
final class KernelRun {
    private static final int FIRST_BOUND = 2;

    private final HandDriven hand = new HandDriven();
    private final KernelModel model = new KernelModel();
    private final Actor[] actors = new Actor[Program.COMPONENTS];

    /** What stands in each place for a box now; a box that was removed keeps its place until another is added. */
    private final Box[] boxes = new Box[Program.BOXES];

    private final Port[] ports = new Port[Program.BOXES];

    private final Map<Port, Box> boxOf = new HashMap<>();
    private final Map<Component, Part> partOf = new HashMap<>();
    private final Linkage[] lastLinkage = new Linkage[Program.BOXES];
    private final Wire[] lastWire = new Wire[Program.BOXES];
    private final List<Parcel> accepted = new ArrayList<>();
    private final List<Parcel> received = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();

    /** What was found within a step or hook, where the kernel takes it for the component's failure. */
    private @Nullable AssertionError broken;

    private int depth;
    private int parcels;

    /** What the kernel has done, or will have done, when it next calls. */
    private @Nullable Runnable since;

    /** Who is to end now, and whose parent is to be told now. */
    private @Nullable Part mustEnd;

    private @Nullable Part mustBeTold;

    /** What a component throws on purpose. */
    private static final class Deliberate extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A component that does in its steps and hooks what the program says. */
    private final class Actor extends Component {
        final Map<Kind, List<Operation>> scripts = new EnumMap<>(Kind.class);

        Verdict play(Kind when) {
            List<Operation> left = scripts.getOrDefault(when, List.of());
            if (left.isEmpty()) {
                check();
                return Verdict.PAUSE;
            }
            Operation script = left.remove(0);
            trace(script.kind() + " of " + this);
            depth++;
            check();
            script.inner().forEach(KernelRun.this::execute);
            depth--;
            return script.verdict();
        }

        @Override
        protected Next step() {
            return stepOf(this);
        }

        @Override
        protected void ended(@Nullable Throwable failure) {
            endOf(this);
        }

        @Override
        protected void childEnded(Component child, @Nullable Throwable failure) {
            childsEndOf(this, child);
        }

        @Override
        public String toString() {
            return part(this).name;
        }
    }

    static void run(Program program) {
        KernelRun run = new KernelRun();
        try {
            run.start();
            program.operations().forEach(run::execute);
            run.execute(new Operation(Kind.RUN, 0, 0, 0));
        } catch (Throwable thrown) {
            Throwable first = run.broken == null ? thrown : run.broken;
            String lines = String.join("\n  ", run.trace);
            throw new AssertionError(first.getMessage() + "\nafter\n  " + lines, first);
        }
    }

    /** All but the last component are active and asleep. */
    private void start() {
        for (int i = 0; i < actors.length; i++) {
            actors[i] = new Actor();
            Part part = new Part(Program.component(i));
            model.parts.add(part);
            partOf.put(actors[i], part);
        }
        for (int i = 0; i < boxes.length; i++) {
            addBox(i);
        }
        for (int i = 0; i < actors.length - 1; i++) {
            execute(new Operation(Kind.ACTIVATE, i, 0, 0));
        }
        execute(new Operation(Kind.RUN, 0, 0, 0));
    }

    private void addBox(int place) {
        Actor owner = actors[place / Program.BOXES_EACH];
        String full = Program.box(place);
        String name = full.substring(full.indexOf('.') + 1);
        Box box = Program.isInbox(place)
                ? owner.addInbox(name, Parcel.class, FIRST_BOUND)
                : owner.addOutbox(name, Parcel.class);
        Port port = new Port(part(owner), full, Program.isInbox(place), FIRST_BOUND);
        boxes[place] = box;
        ports[place] = port;
        boxOf.put(port, box);
        model.ports.add(port);
    }

    // ---- operations

    private void execute(Operation operation) {
        trace(operation.toString());
        model.tick();
        Answer expected;
        Answer actual;
        Kind kind = operation.kind();
        switch (kind) {
            case IN_STEP, IN_END, IN_CHILDS_END -> {
                actor(operation)
                        .scripts
                        .computeIfAbsent(kind, when -> new ArrayList<>())
                        .add(operation);
                return;
            }
            case RUN -> {
                run();
                return;
            }
            case END -> {
                end(actor(operation));
                return;
            }
            case SEND, OFFER, TELL -> {
                Parcel parcel = new Parcel(++parcels, operation.weight());
                expected = expected(operation, parcel);
                actual = actual(() -> putIn(operation, parcel));
                if (expected == Answer.OK) {
                    accepted.add(parcel);
                }
            }
            case RECEIVE, POLL -> {
                expected = expected(operation, null);
                actual = actual(() -> takeOut(operation));
            }
            default -> {
                expected = expected(operation, null);
                actual = actual(() -> change(operation));
            }
        }
        assertThat(actual).as("%s", operation).isEqualTo(expected);
        check();
    }

    private Answer expected(Operation operation, @Nullable Parcel parcel) {
        Part a = part(actor(operation));
        Part other = part(actors[operation.b() / Program.BOXES_EACH]);
        Port b = ports[operation.b()];
        return switch (operation.kind()) {
            case LINK -> linkInModel(operation);
            case UNLINK -> {
                if (lastWire[operation.b()] != null) {
                    model.unlink(a, lastWire[operation.b()]);
                }
                yield Answer.OK;
            }
            case UNLINK_COMPONENT -> {
                model.unlinkComponent(a, other);
                yield Answer.OK;
            }
            case SEND -> {
                if (b.isInbox) {
                    yield Answer.NO;
                }
                yield model.offer(b, Objects.requireNonNull(parcel)) ? Answer.OK : Answer.NO_SPACE;
            }
            case OFFER -> yesNo(!b.isInbox && model.offer(b, Objects.requireNonNull(parcel)));
            case TELL -> yesNo(b.isInbox && model.tell(b, Objects.requireNonNull(parcel)));
            case ASK_ROOM -> yesNo(!b.isInbox && model.askRoom(b));
            case RECEIVE -> b.isInbox && model.poll(b) == null ? Answer.EMPTY : Answer.OK;
            case POLL -> yesNo(b.isInbox && model.poll(b) != null);
            case BOUND -> {
                if (b.isInbox) {
                    model.setBound(b, operation.weight());
                }
                yield Answer.OK;
            }
            case ACTIVATE -> model.activate(a);
            case WAKE -> {
                model.wake(a);
                yield Answer.OK;
            }
            case ADD_CHILD -> model.addChild(a, other);
            case REMOVE_CHILD -> {
                model.removeChild(a, other);
                yield Answer.OK;
            }
            case REMOVE_BOX -> model.removeOnce(b);
            default -> Answer.OK;
        };
    }

    private Answer linkInModel(Operation operation) {
        Port source = ports[operation.b()];
        Answer answer = model.link(part(actor(operation)), source, ports[operation.c()]);
        if (answer == Answer.OK) {
            lastWire[operation.b()] = model.wireFrom(source);
        }
        return answer;
    }

    private static Answer yesNo(boolean yes) {
        return yes ? Answer.OK : Answer.NO;
    }

    private static Answer actual(BooleanSupplier attempt) {
        try {
            return yesNo(attempt.getAsBoolean());
        } catch (BoxAlreadyLinked thrown) {
            return Answer.ALREADY_LINKED;
        } catch (NoSpaceInBox thrown) {
            return Answer.NO_SPACE;
        } catch (NoSuchElementException thrown) {
            return Answer.EMPTY;
        } catch (IllegalArgumentException | IllegalStateException thrown) {
            return Answer.ILLEGAL;
        }
    }

    private boolean putIn(Operation operation, Parcel parcel) {
        Box box = boxes[operation.b()];
        if (box instanceof Inbox<?> inbox) {
            return operation.kind() == Kind.TELL && actor(operation).tell(parcelsIn(inbox), parcel);
        }
        if (operation.kind() == Kind.TELL) {
            return false;
        }
        @SuppressWarnings("unchecked")
        Outbox<Parcel> out = (Outbox<Parcel>) box;
        if (operation.kind() == Kind.OFFER) {
            return out.offer(parcel);
        }
        out.send(parcel);
        return true;
    }

    private boolean takeOut(Operation operation) {
        if (!(boxes[operation.b()] instanceof Inbox<?> inbox)) {
            return operation.kind() == Kind.RECEIVE;
        }
        Parcel taken = operation.kind() == Kind.POLL
                ? parcelsIn(inbox).poll()
                : parcelsIn(inbox).receive();
        if (taken != null) {
            received.add(taken);
        }
        return taken != null;
    }

    @SuppressWarnings("unchecked")
    private static Inbox<Parcel> parcelsIn(Inbox<?> inbox) {
        return (Inbox<Parcel>) inbox;
    }

    private boolean change(Operation operation) {
        Actor a = actor(operation);
        Actor other = actors[operation.b() / Program.BOXES_EACH];
        Box b = boxes[operation.b()];
        switch (operation.kind()) {
            case LINK -> lastLinkage[operation.b()] = a.linkUntyped(b, boxes[operation.c()]);
            case UNLINK -> {
                if (lastLinkage[operation.b()] != null) {
                    a.unlink(lastLinkage[operation.b()]);
                }
            }
            case UNLINK_COMPONENT -> a.unlink(other);
            case ASK_ROOM -> {
                return b instanceof Outbox<?> outbox && outbox.hasRoom();
            }
            case BOUND -> {
                if (b instanceof Inbox<?> inbox) {
                    inbox.bound(operation.weight());
                }
            }
            case ACTIVATE -> hand.scheduler.activate(a);
            case WAKE -> a.wake();
            case ADD_CHILD -> a.addChild(other);
            case REMOVE_CHILD -> a.removeChild(other);
            case REMOVE_BOX -> b.owner().remove(b);
            case ADD_BOX -> {
                if (!b.owner().hasBox(b.name()) && !b.owner().hasEnded()) {
                    addBox(operation.b());
                }
            }
            default -> throw new AssertionError(operation);
        }
        return true;
    }

    // ---- what runs within the kernel

    private void run() {
        if (depth > 0) {
            return;
        }
        hand.scheduler.run();
        settle(null);
        assertThat(model.parts).as("after a run").noneMatch(each -> each.state == State.AWAKE);
        check();
    }

    private void end(Actor actor) {
        Part part = part(actor);
        boolean ends = part.isActive() && part.state != State.ENDING;
        if (ends) {
            mustEnd = part;
        }
        hand.scheduler.end(actor);
        settle(null);
        if (ends) {
            assertThat(part.state).as("state of %s", part).isEqualTo(State.ENDED);
        }
        check();
    }

    private Next stepOf(Actor actor) {
        settle(null);
        Part part = part(actor);
        assertThat(model.mayStep(part)).as("%s may run now", part).isTrue();
        part.state = State.RUNNING;
        model.tick();
        trace("step of " + part);
        Verdict verdict = actor.play(Kind.IN_STEP);
        since = () -> {
            if (model.comeBack(part, verdict)) {
                mustEnd = part;
            }
        };
        return switch (verdict) {
            case PAUSE -> Next.PAUSE;
            case AGAIN -> Next.AGAIN;
            case DONE -> Next.DONE;
            case DETOUR -> Component.detour(() -> stepOf(actor));
            case THROW -> throw new Deliberate();
        };
    }

    private void endOf(Actor actor) {
        Part part = part(actor);
        settle(part);
        part.state = State.ENDING;
        trace("end of " + part);
        Verdict verdict = actor.play(Kind.IN_END);
        since = () -> {
            mustBeTold = model.end(part);
            if (mustBeTold == null) {
                model.close(part);
            }
        };
        if (verdict == Verdict.THROW) {
            throw new Deliberate();
        }
    }

    private void childsEndOf(Actor actor, Component child) {
        Part parent = part(actor);
        catchUp();
        assertThat(mustBeTold).as("who is told of a child's end").isSameAs(parent);
        mustBeTold = null;
        settle(null);
        model.tick();
        trace(parent + " is told of a child's end");
        Verdict verdict = actor.play(Kind.IN_CHILDS_END);
        boolean ends = verdict == Verdict.THROW && parent.isActive() && parent.state != State.ENDING;
        since = () -> {
            if (ends) {
                mustEnd = parent;
                parent.closesAfter = part(child);
            } else {
                model.wake(parent);
                model.close(part(child));
            }
        };
        if (verdict == Verdict.THROW) {
            throw new Deliberate();
        }
    }

    private void catchUp() {
        Runnable done = since;
        since = null;
        if (done != null) {
            model.tick();
            done.run();
        }
    }

    /** Catches up; only this one, or nobody, may be about to end then. */
    private void settle(@Nullable Part ending) {
        catchUp();
        assertThat(mustEnd).as("who ends now").isSameAs(ending);
        assertThat(mustBeTold).as("who is told of a child's end now").isNull();
        mustEnd = null;
    }

    // ---- comparing

    private void check() {
        try {
            compare();
        } catch (AssertionError found) {
            if (broken == null) {
                broken = found;
            }
            throw found;
        }
    }

    private void compare() {
        model.parts.forEach(this::checkPart);
        boxOf.forEach(this::checkBox);
        Scheduler.Counters counters = hand.scheduler.counters();
        assertThat(counters.toNowhere()).as("counted as gone nowhere").isEqualTo(model.countedNowhere);
        assertThat(counters.active()).as("active").isEqualTo((int) model.parts.stream()
                .filter(each -> each.isActive() && each.state != State.ENDING)
                .count());
        assertThat(received).as("received").isEqualTo(model.received);
        checkThatNothingIsLostOrDoubled();
    }

    private void checkPart(Part part) {
        Component component =
                Stream.of(actors).filter(each -> part(each) == part).findFirst().orElseThrow();
        assertThat(state(component)).as("state of %s", part).isEqualTo(part.state);
        Part parent = component.parent == null ? null : part(component.parent);
        assertThat(parent).as("parent of %s", part).isSameAs(part.parent);
    }

    private static State state(Component component) {
        return switch (component.state) {
            case Component.NEW -> State.NEW;
            case Component.ASLEEP -> State.ASLEEP;
            case Component.AWAKE -> State.AWAKE;
            case Component.RUNNING -> State.RUNNING;
            case Component.WOKEN -> State.WOKEN;
            case Component.ENDING -> State.ENDING;
            default -> State.ENDED;
        };
    }

    private void checkBox(Port port, Box box) {
        Port destination = model.destination(port);
        if (!(port.isGone() && port.isInbox)) {
            assertThat(box.destination())
                    .as("destination of %s", port)
                    .isSameAs(destination == null ? null : boxOf.get(destination));
        }
        assertThat(box.isLinked()).as("%s is linked", port).isEqualTo(model.wireFrom(port) != null);
        if (box instanceof Inbox<?> inbox) {
            assertThat(inbox.waiting()).as("in %s", port).isEqualTo(port.waiting.toArray());
            assertThat(inbox.dataReady()).as("data in %s", port).isEqualTo(!port.waiting.isEmpty());
            assertThat(inbox.used()).as("used of %s", port).isEqualTo(port.used());
        }
    }

    /** Asks the kernel alone, not the model. */
    private void checkThatNothingIsLostOrDoubled() {
        Map<Object, Integer> places = new HashMap<>();
        received.forEach(each -> places.merge(each, 1, Integer::sum));
        for (Box box : boxOf.values()) {
            if (box instanceof Inbox<?> inbox) {
                Arrays.asList(inbox.waiting()).forEach(each -> places.merge(each, 1, Integer::sum));
            }
        }
        for (Parcel each : accepted) {
            int found = places.getOrDefault(each, 0) + each.undelivered;
            assertThat(found).as("places of %s", each).isEqualTo(1);
            assertThat(each.undelivered > 0).as("%s went nowhere", each).isEqualTo(model.nowhere.contains(each));
        }
    }

    private Actor actor(Operation operation) {
        return actors[operation.a()];
    }

    private Part part(Component component) {
        return Objects.requireNonNull(partOf.get(component));
    }

    private void trace(String line) {
        trace.add(String.join("", Collections.nCopies(depth, "  ")) + line);
    }
}
