package org.kamaelia.control;

/**
 * One box of a connection's components.
 *
 * @param name its Kamaelia name, after the component's: {@code csa.inbox}
 * @param waiting how much it holds
 * @param bound how much it may hold
 * @param unit {@code messages} or {@code bytes}, of both
 */
public record BoxView(String name, long waiting, long bound, String unit) {}
