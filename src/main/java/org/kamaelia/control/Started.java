package org.kamaelia.control;

/**
 * What a put led to.
 *
 * @param created whether there was no listener of that name before
 */
public record Started(ListenerView view, boolean created) {}
