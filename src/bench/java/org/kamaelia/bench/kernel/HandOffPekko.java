package org.kamaelia.bench.kernel;

import com.typesafe.config.ConfigFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The same as {@link HandOff} between two typed actors of Pekko. Its dispatcher has one thread, as a scheduler has, and
 * lets an actor take as many messages in a turn as are under way.
 */
@State(Scope.Thread)
public class HandOffPekko {

    private static final int ROUND_TRIPS = 20_000;
    private static final long PATIENCE_SECONDS = 60;
    private static final String CONFIGURATION = """
            pekko.loglevel = "WARNING"
            pekko.actor.default-dispatcher {
              executor = "thread-pool-executor"
              thread-pool-executor.fixed-pool-size = 1
              throughput = 64
            }
            """;

    /** How many messages are under way at a time. */
    @Param({"1", "64"})
    private int outstanding;

    private ActorSystem<Message> system;

    private interface Message {}

    private record Begin(int outstanding, CountDownLatch done) implements Message {}

    /** What goes to and fro. */
    private record Ball(ActorRef<Message> origin) implements Message {}

    /** Starts the two. */
    @Setup
    public void start() {
        system = ActorSystem.create(
                Behaviors.setup(context -> {
                    ActorRef<Message> relay = context.spawn(relay(), "relay");
                    return new Origin(context.getSelf(), relay).behaviour();
                }),
                "bench",
                ConfigFactory.parseString(CONFIGURATION).withFallback(ConfigFactory.load()));
    }

    /** One operation is one message from one actor to the other. */
    @Benchmark
    @OperationsPerInvocation(HandOff.SIZE * ROUND_TRIPS)
    public void handOff() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        system.tell(new Begin(outstanding, done));
        if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no end after " + PATIENCE_SECONDS + " s");
        }
    }

    /** Ends its threads. */
    @TearDown
    public void stop() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static Behavior<Message> relay() {
        return Behaviors.receiveMessage(message -> {
            ((Ball) message).origin().tell(message);
            return Behaviors.same();
        });
    }

    private static final class Origin {
        private final ActorRef<Message> self;
        private final ActorRef<Message> relay;
        private int toFollow;
        private int toReturn;
        private CountDownLatch done = new CountDownLatch(0);

        Origin(ActorRef<Message> self, ActorRef<Message> relay) {
            this.self = self;
            this.relay = relay;
        }

        Behavior<Message> behaviour() {
            return Behaviors.receiveMessage(message -> {
                if (message instanceof Begin begin) {
                    begin(begin);
                } else {
                    back(message);
                }
                return Behaviors.same();
            });
        }

        private void begin(Begin begin) {
            done = begin.done();
            toFollow = ROUND_TRIPS - begin.outstanding();
            toReturn = ROUND_TRIPS;
            Ball ball = new Ball(self);
            for (int i = 0; i < begin.outstanding(); i++) {
                relay.tell(ball);
            }
        }

        private void back(Message message) {
            if (toFollow > 0) {
                toFollow--;
                relay.tell(message);
            }
            if (--toReturn == 0) {
                done.countDown();
            }
        }
    }
}
