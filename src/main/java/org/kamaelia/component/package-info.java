/**
 * Kamaelia's Axon: components, their boxes and linkages, the scheduler and its clock. No Vert.x, no sockets, no threads.
 *
 * <h2>The model</h2>
 *
 * <p>A {@link Component} is a unit of work that knows nothing of others. It takes messages from its inboxes and sends
 * them by its outboxes: {@code inbox} and {@code outbox} for data, {@code control} and {@code signal} for {@link
 * Signal}s, and others it adds ({@link
 * Component#addInbox}). Who is at the other end is said by {@link Linkage}s, which somebody else makes: a
 * parent, a chassis, a test. A {@link Scheduler} gives those that are awake their turns, one after the other, all on
 * one thread: inside a scheduler there are no locks and no races.
 *
 * <p>An outbox stores nothing. What is sent is in the destination's inbox at once, or, where no linkage leads on,
 * nowhere, which is counted. Every inbox has a bound, and that is all there is to back-pressure: {@link Outbox#send}
 * to a full box throws {@link NoSpaceInBox} and queues nothing, {@link Outbox#offer} answers false, {@link
 * Outbox#hasRoom} asks before; whoever was refused is woken when there is room. Signals are never refused.
 *
 * <h2>A component's life</h2>
 *
 * <ol>
 *   <li>It is made, with its boxes, and linked. Any thread may do that; messages may wait for it already.
 *   <li>{@link Component#activate} (within a component), {@link Scheduler#activate} or {@link Ingress#activate} (from
 *       other threads) starts it: it is awake.
 *   <li>In its turn {@link Component#step()} does one bounded piece of work and says what is next. {@link Next#AGAIN}:
 *       another turn, after the others. {@link Next#PAUSE}: sleep. {@link Next#DONE}: end. {@link Component#detour}:
 *       run that in my place until it is done.
 *   <li>Asleep, it is woken by a message in any inbox, by room where it was refused, by a child's end, by a deadline
 *       ({@link Component#wakeAfter}) or by {@link Component#wake()}, which any thread may call. A wake that comes
 *       during a step is not lost.
 *   <li>On {@link ProducerFinished} in {@code control} it finishes what it holds and passes that on by {@code signal};
 *       on {@link ShutdownMicroprocess} it stops at once and passes that on. A {@link Reactor} does so by itself.
 *   <li>It ends when it says {@code DONE}, when it throws, or when another ends it. {@link Component#ended} is called
 *       once, while boxes still work. One that throws ends alone: {@code ShutdownMicroprocess} goes out by its {@code
 *       signal}, an event says why, everything else runs on.
 *   <li>Its linkages go, its parent is told and woken, what waited in its inboxes goes nowhere, and so does what is
 *       sent there later.
 * </ol>
 *
 * <h2>Three ways to write one</h2>
 *
 * <p>Say what to do with each message, and leave the stepping to {@link Reactor}. The way to begin with; {@code
 * on(in, out, ...)} only takes a message while there is room for the answer:
 *
 * <pre>{@code
 * static final class Shouter extends Reactor {
 *     Shouter() {
 *         Inbox<String> in = inbox("inbox", String.class);
 *         Outbox<String> out = outbox("outbox", String.class);
 *         on(in, out, word -> out.send(word.toUpperCase(Locale.ROOT)));
 *     }
 * }
 * }</pre>
 *
 * <p>Write the step, where a component does something without being asked, or its order matters:
 *
 * <pre>{@code
 * static final class Countdown extends Component {
 *     private final Outbox<String> out = outbox("outbox", String.class);
 *     private int next = 3;
 *
 *     @Override
 *     protected Next step() {
 *         if (next == 0) {
 *             signal().send(new ProducerFinished()); // nothing more comes: pass it on
 *             return DONE;
 *         }
 *         if (!out.hasRoom()) {
 *             return PAUSE; // until somebody has taken a message
 *         }
 *         out.send("t minus " + next--);
 *         return AGAIN; // after all others that are awake have had their turn
 *     }
 * }
 * }</pre>
 *
 * <p>Take a thread, where something blocks ({@code org.kamaelia.eventloop.ThreadedComponent}; to await a Vert.x future
 * without one, {@code AsyncReactor} beside it):
 *
 * <pre>{@code
 * static final class FileLines extends ThreadedComponent {
 *     private final Path file;
 *     private final ThreadOutbox<String> out = fromThread(outbox("outbox", String.class));
 *     private final ThreadOutbox<Signal> signal = fromThread(signal());
 *
 *     FileLines(Path file) {
 *         this.file = file;
 *     }
 *
 *     @Override
 *     protected void run() throws IOException, InterruptedException {
 *         try (BufferedReader lines = Files.newBufferedReader(file)) {
 *             for (String line = lines.readLine(); line != null; line = lines.readLine()) {
 *                 out.put(line); // waits while nobody takes what was sent before
 *             }
 *         }
 *         signal.put(new ProducerFinished());
 *     }
 * }
 * }</pre>
 *
 * <h2>Running and testing them</h2>
 *
 * <p>Components in a row are a component ({@code org.kamaelia.chassis.Pipeline}; {@code Graphline} for any other
 * wiring). A scheduler that is driven by hand ends its run when nothing is awake, which says nothing of threads that are
 * still at work, and drops what it would tell of failures, unless it is given somebody to tell ({@link
 * Scheduler#Scheduler(Clock, Scheduler.Host, java.util.function.Consumer)}):
 *
 * <pre>{@code
 * Pipeline row = new Pipeline(new Countdown(), new Shouter());
 * Scheduler scheduler = new Scheduler();
 * scheduler.activate(row);
 * scheduler.run(); // until nothing is awake
 * }</pre>
 *
 * <p>In a server {@code new org.kamaelia.eventloop.SchedulerVerticle(events)}, deployed once for each event loop, drives
 * one; {@code events} is told of failures ({@code org.kamaelia.observe.EventLog} writes them to the log), and {@code
 * verticle.scheduler().ingress()} lets components in. {@code org.kamaelia.Kamaelia} deploys them by itself.
 *
 * <p>{@link org.kamaelia.component.testing.ComponentRig} puts one component under test, with a clock that moves when
 * told to, and fails the test if a component throws; with {@code runUntil} it waits for what other threads bring:
 *
 * <pre>{@code
 * ComponentRig rig = ComponentRig.of(new Shouter());
 *
 * rig.send("inbox", "hello", "world").run();
 *
 * assertThat(rig.take("outbox", String.class)).containsExactly("HELLO", "WORLD");
 * }</pre>
 *
 * <h2>Across schedulers</h2>
 *
 * <p>Everything here is confined to whoever drives the scheduler; a type that another thread may touch says so. Other
 * threads come in by {@link Ingress}, and components of two schedulers are joined by {@link Component#linkAcross},
 * which an active component calls (a parent, say), which keeps the order and stays bounded.
 *
 * <h2>Looking at them, and talking to them</h2>
 *
 * <p>An operator's message comes into an inbox that says what it takes, like any other: {@code addInbox("limits",
 * ForOperators.object(Limit.class, "{\"perSecond\": number}", Limit::read))}, or {@code ForOperators.text("a line")} for a
 * box of strings. The control plane shows such boxes, and answers once the component has taken the message.
 *
 * <p>{@link Scheduler#snapshot()} shows every component with its boxes and what it waits for, {@link Scheduler#look} some
 * of them, {@link Introspector}
 * tells what changes, {@link Scheduler#kinds()} counts by class, and {@link StepOverdue} names the one whose step takes
 * too long.
 *
 * <p>Neighbours: the JDK alone.
 */
@NullMarked
package org.kamaelia.component;

import org.jspecify.annotations.NullMarked;
