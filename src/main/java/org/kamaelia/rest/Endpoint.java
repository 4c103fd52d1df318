package org.kamaelia.rest;

import io.vertx.core.Future;
import java.util.function.Function;

/**
 * How one operation of the contract is served.
 *
 * @param operationId of the contract
 * @param input reads the call; throws what is wrong with it in words for its caller
 * @param act does it
 */
record Endpoint<I>(String operationId, Function<Call, I> input, Function<I, Future<Answer>> act) {

    /** An operation with nothing to read: even then an unknown parameter is an error. */
    static Endpoint<Call> plain(String operationId, Function<Call, Future<Answer>> act) {
        return new Endpoint<>(operationId, Endpoint::nothing, act);
    }

    private static Call nothing(Call call) {
        return call.readQuery(reader -> call);
    }

    /** What is to be done, once the contract has had its say too. */
    Action read(Call call) {
        I read = input.apply(call);
        return () -> act.apply(read);
    }

    /** An operation with its input. */
    interface Action {
        Future<Answer> run();
    }
}
