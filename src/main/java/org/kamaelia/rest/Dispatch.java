package org.kamaelia.rest;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.contract.RequestBody;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.Caller;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.control.Interest;
import org.kamaelia.rest.Problem.Fault;
import org.kamaelia.rest.Problem.Kind;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.Secrets;

/**
 * One operation of the contract, whichever door it is asked for at: the role first, then the input as the operation reads it,
 * whose messages are made for people, then the contract's own schemas, which have the last word, then the operation. A change
 * that gets no further than its input is recorded from here, every other by the control plane.
 */
final class Dispatch {

    private static final List<Endpoint<?>> ALL = Stream.of(
                    ListenerEndpoints.ALL,
                    ConnectionEndpoints.ALL,
                    CloseEndpoints.ALL,
                    ComponentEndpoints.ALL,
                    ServerEndpoints.ALL,
                    AuditEndpoints.ALL,
                    LoggerEndpoints.ALL)
            .<Endpoint<?>>flatMap(List::stream)
            .toList();

    private final ControlPlane control;
    private final OpenAPIContract contract;
    private final Map<String, Endpoint<?>> endpoints = new LinkedHashMap<>();
    /** Of all parameters and members that the contract knows. */
    private final Set<String> names = new HashSet<>();

    /** Of every schema that an input is held against: to make one costs more than to use it. */
    private final IdentityHashMap<JsonSchema, Validator> validators = new IdentityHashMap<>();

    /** @throws IllegalStateException if an operation and the endpoints do not match one to one */
    Dispatch(ControlPlane control, OpenAPIContract contract) {
        this.control = control;
        this.contract = contract;
        ALL.forEach(endpoint -> endpoints.put(endpoint.operationId(), endpoint));
        Set<String> described =
                contract.operations().stream().map(Operation::getOperationId).collect(Collectors.toSet());
        if (!described.equals(endpoints.keySet())) {
            throw new IllegalStateException("described are " + described + ", served " + endpoints.keySet());
        }
        SchemaRepository schemas = contract.getSchemaRepository();
        contract.operations().stream()
                .flatMap(Dispatch::inputs)
                .forEach(schema -> validators.put(schema, schemas.validator(schema)));
        ControlPlane.collectNames(contract.getRawContract(), names);
        contract.operations().stream()
                .flatMap(each -> each.getParameters().stream())
                .map(Parameter::getName)
                .forEach(names::add);
    }

    private static Stream<JsonSchema> inputs(Operation operation) {
        return Stream.concat(operation.getParameters().stream().map(Parameter::getSchema), bodies(operation));
    }

    private static Stream<JsonSchema> bodies(Operation operation) {
        RequestBody body = operation.getRequestBody();
        return body == null
                ? Stream.empty()
                : body.getContent().values().stream().map(MediaType::getSchema);
    }

    /** The operations that it serves. */
    List<Operation> operations() {
        return contract.operations();
    }

    /** The operation of that id; null if there is none. */
    @Nullable
    Operation find(String operationId) {
        return endpoints.containsKey(operationId) ? contract.operation(operationId) : null;
    }

    /**
     * Does an operation.
     *
     * @param interest whether the caller still waits for the answer
     * @param path the parameters of its path, which say what it is about
     * @param read makes the call of what came in; throws what is wrong with it
     * @return fails with what {@link Problems#of} has words for, or by a fault of ours
     */
    Future<Answer> serve(Operation operation, Caller caller, Interest interest, JsonObject path, Supplier<Call> read) {
        Endpoint<?> endpoint = Objects.requireNonNull(endpoints.get(operation.getOperationId()));
        ControlPlane plane = control.as(caller, interest);
        try {
            Guard.require(caller, Contract.role(operation));
            Call call = read.get();
            Endpoint.Action action = endpoint.read(call);
            validate(operation, call);
            return action.run(plane)
                    .recover(failure ->
                            Future.failedFuture(operation.getRequestBody() == null ? ofParameters(failure) : failure));
        } catch (Refused | InvalidOptions refused) {
            return recorded(refused, plane, operation, path, read).transform(done -> Future.failedFuture(refused));
        }
    }

    /** Where there is no body, what the operation found wrong was in the parameters. */
    private static Throwable ofParameters(Throwable failure) {
        return failure instanceof ControlFailure control && !control.problems().isEmpty()
                ? Problems.of(control, 400)
                        .map(problem -> problem.faults(control.problems().stream()
                                .map(Fault::parameter)
                                .toList()))
                        .<Throwable>map(Problem::refusal)
                        .orElse(failure)
                : failure;
    }

    private Future<Void> recorded(
            RuntimeException refused, ControlPlane plane, Operation operation, JsonObject path, Supplier<Call> read) {
        if (operation.getHttpMethod().equals(HttpMethod.GET)) {
            return Future.succeededFuture();
        }
        String target = path.isEmpty()
                ? null
                : path.stream().map(each -> String.valueOf(each.getValue())).collect(Collectors.joining("/"));
        String problem =
                Problems.of(refused, 400).orElseGet(Problems::internal).kind().type();
        // Whoever may not do it could fill the record with whatever they like.
        JsonObject asked = problem.equals(Kind.FORBIDDEN.type()) ? null : asked(read);
        return plane.refused(operation.getOperationId(), target, asked, problem);
    }

    /**
     * What was sent, as far as it can be read; null if it can't be, or there is nothing. What has a name that neither the contract
     * nor a protocol knows may be a secret that was put in the wrong place.
     */
    private @Nullable JsonObject asked(Supplier<Call> read) {
        try {
            JsonObject sent = read.get().sent();
            Set<String> known = control.optionNames();
            known.addAll(names);
            return sent.isEmpty() ? null : Secrets.hideUnknown(sent, known);
        } catch (Refused | InvalidOptions unreadable) {
            return null;
        }
    }

    private void validate(Operation operation, Call call) {
        for (Parameter parameter : operation.getParameters()) {
            Object value = call.value(parameter);
            if (value != null) {
                validate(parameter.getSchema(), value, error -> wrong(parameter, value, error));
            }
        }
        bodies(operation).forEach(schema -> validate(schema, call.body(), error -> wrong(call.body(), error)));
    }

    private void validate(JsonSchema schema, Object value, Function<OutputUnit, Fault> wrong) {
        OutputUnit result = Objects.requireNonNull(validators.get(schema)).validate(value);
        if (!Boolean.TRUE.equals(result.getValid())) {
            List<OutputUnit> errors = result.getErrors() == null ? List.of() : result.getErrors();
            throw Problem.invalid((errors.isEmpty() ? List.of(result) : causes(errors))
                            .stream().map(wrong).toList())
                    .refusal();
        }
    }

    /** Without what only follows from another error: that a schema fails as a part of it does, or that what failed is left over. */
    private static List<OutputUnit> causes(List<OutputUnit> errors) {
        return errors.stream()
                .filter(each -> errors.stream().noneMatch(other -> follows(each, other)))
                .toList();
    }

    private static boolean follows(OutputUnit error, OutputUnit from) {
        String keyword = String.valueOf(error.getKeywordLocation());
        String other = String.valueOf(from.getKeywordLocation());
        if (keyword.endsWith("/unevaluatedProperties")) {
            return !other.endsWith("/unevaluatedProperties");
        }
        return other.startsWith(keyword + "/")
                || (keyword.endsWith("/additionalProperties")
                        && !other.endsWith("/additionalProperties")
                        && !other.endsWith("/unevaluatedProperties")
                        && Objects.equals(error.getInstanceLocation(), from.getInstanceLocation()));
    }

    private static Fault wrong(Parameter parameter, Object value, OutputUnit error) {
        return new Fault(
                "parameter",
                parameter.getName(),
                parameter.getName() + " \"" + Call.cut(String.valueOf(value)) + "\"" + reason(error));
    }

    private static Fault wrong(JsonObject body, OutputUnit error) {
        String location = error.getInstanceLocation() == null ? "" : error.getInstanceLocation();
        String pointer = location.replaceFirst("^#", "");
        Object value = JsonPointer.from(pointer).queryJson(Secrets.hide(body));
        String what = pointer.isEmpty()
                ? "the body"
                : pointer.substring(1).replace('/', '.') + " " + Call.cut(String.valueOf(value));
        return new Fault("pointer", pointer, what + reason(error));
    }

    private static String reason(OutputUnit error) {
        String reason = error.getError() == null ? "it does not allow this" : error.getError();
        return " is not as the contract has it: " + reason + ": /openapi.yaml says what it may be";
    }
}
