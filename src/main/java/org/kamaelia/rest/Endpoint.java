package org.kamaelia.rest;

import io.vertx.core.Future;
import java.util.function.Function;
import org.kamaelia.control.ControlPlane;

/**
 * How one operation of the contract is served.
 *
 * @param operationId of the contract
 * @param input reads the call; throws what is wrong with it in words for its caller
 * @param act does it, in the caller's name
 */
record Endpoint<I>(String operationId, Function<Call, I> input, Act<I> act) {

    /** What an operation does. */
    interface Act<I> {
        Future<Answer> on(ControlPlane control, I input);
    }

    /** An operation with nothing to read: even then an unknown parameter is an error. */
    static Endpoint<Call> plain(String operationId, Act<Call> act) {
        return new Endpoint<>(operationId, Endpoint::nothing, act);
    }

    private static Call nothing(Call call) {
        return call.readQuery(reader -> call);
    }

    /** What is to be done, once the contract has had its say too. */
    Action read(Call call) {
        I read = input.apply(call);
        return control -> act.on(control, read);
    }

    /** An operation with its input. */
    interface Action {
        Future<Answer> run(ControlPlane control);
    }
}
