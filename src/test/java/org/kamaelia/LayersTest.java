package org.kamaelia;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysFalse;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.DecoderResult;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may use whom: a package may use those above it in the table, the libraries in its row, and nothing else. */
class LayersTest {

    private static final String BASE = "org.kamaelia";
    private static final String RIG = BASE + ".component.testing..";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    private static final DescribedPredicate<JavaClass> VERTX_CORE = resideInAnyPackage("io.vertx.core..");

    private static final DescribedPredicate<JavaClass> NETTY_EVENT_LOOP = resideInAPackage("io.netty.util.concurrent")
            .or(equivalentTo(EventLoop.class))
            .or(equivalentTo(EventLoopGroup.class));

    /** From the top down. What `app` may use is everything, so it has no row; nobody may use it. */
    private static final List<Layer> TABLE = List.of(
            new Layer("component", alwaysFalse()),
            new Layer("eventloop", VERTX_CORE.or(NETTY_EVENT_LOOP)),
            new Layer("tcp", VERTX_CORE.or(resideInAnyPackage("io.netty.."))),
            new Layer("chassis", VERTX_CORE),
            // Vert.x's buffers have no search
            new Layer("protocol", VERTX_CORE.or(equivalentTo(ByteBuf.class))),
            new Layer("control", VERTX_CORE),
            new Layer("observe", VERTX_CORE.or(resideInAnyPackage("org.slf4j..", "ch.qos.logback.."))),
            new Layer(
                    "rest",
                    resideInAnyPackage("io.vertx..", "com.fasterxml.jackson..")
                            // in which Vert.x says what it could not read as HTTP
                            .or(equivalentTo(DecoderResult.class))
                            // by which a connection is closed that nobody reads from
                            .or(equivalentTo(ChannelHandlerContext.class))
                            .or(equivalentTo(ChannelFuture.class))));

    private record Layer(String name, DescribedPredicate<JavaClass> libraries) {
        String packages() {
            return BASE + "." + name + "..";
        }
    }

    @TestFactory
    Stream<DynamicTest> aLayerUsesOnlyThoseAboveItAndItsLibraries() {
        return TABLE.stream()
                .map(layer -> DynamicTest.dynamicTest(
                        layer.name(),
                        () -> check(classes()
                                .that()
                                .resideInAPackage(layer.packages())
                                .should()
                                .onlyDependOnClassesThat(upTo(layer.name()).or(layer.libraries()))
                                .as(layer.name() + " uses only the layers above it and its libraries"))));
    }

    @Test
    void theEmbeddersDoorNeedsNeitherRestNorApp() {
        check(classes()
                .that()
                .resideInAPackage(BASE)
                .should()
                .onlyDependOnClassesThat(
                        upTo("observe").or(resideInAPackage(BASE)).or(VERTX_CORE)));
    }

    @Test
    void everyPackageHasItsRow() {
        Stream<String> rows = TABLE.stream().map(Layer::packages);
        String[] known = Stream.concat(rows, Stream.of(BASE, BASE + ".app..")).toArray(String[]::new);
        check(classes().should().resideInAnyPackage(known));
    }

    @Test
    void everyPackageIsNullMarked() {
        check(classes().should(liveInANullMarkedPackage()));
    }

    @Test
    void componentsKnowNoThreadsAndNoSockets() {
        check(noClasses()
                .that()
                .resideInAPackage(BASE + ".component..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.net..", "java.nio.channels..").or(assignableTo(Executor.class)))
                .orShould()
                .callCodeUnitWhere(target(owner(assignableTo(Thread.class)))
                        .and(target(name("<init>").or(name("start"))))));
    }

    @Test
    void theRigForTestsIsUsedByNothingThatShips() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(RIG)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(RIG));
    }

    @Test
    void onlyObserveAndAppLog() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(BASE + ".observe..", BASE + ".app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.slf4j..", "java.util.logging..", "io.vertx.core.internal.logging.."));
    }

    @Test
    void aNameSaysWhatAClassIs() {
        JavaClasses withTests = new ClassFileImporter().importPackages(BASE);
        noClasses()
                .should()
                .haveNameMatching(".*[.$](Abstract\\w*|\\w*(Impl|Utils?|Manager|Helper))")
                .check(withTests);
    }

    /** The JDK and every layer from the top of the table down to the one named, this included. */
    private static DescribedPredicate<JavaClass> upTo(String name) {
        DescribedPredicate<JavaClass> usable =
                resideInAnyPackage("java..", "javax..", "com.sun.management..", "org.jspecify..");
        for (Layer layer : TABLE) {
            usable = usable.or(resideInAPackage(layer.packages()));
            if (layer.name().equals(name)) {
                return usable;
            }
        }
        throw new IllegalArgumentException("no layer is named " + name);
    }

    private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
        return new ArchCondition<>("live in a package whose package-info says @NullMarked") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                boolean marked = item.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(item, marked, item.getPackageName() + " is not @NullMarked"));
            }
        };
    }

    /** A layer that has no class yet breaks no rule. */
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(MAIN);
    }
}
