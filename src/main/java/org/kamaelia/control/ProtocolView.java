package org.kamaelia.control;

import io.vertx.core.json.JsonObject;

/**
 * What a listener can speak.
 *
 * @param optionsSchema JSON schema of its {@code protocolOptions}
 */
public record ProtocolView(String name, String description, JsonObject optionsSchema) {}
