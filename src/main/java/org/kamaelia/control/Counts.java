package org.kamaelia.control;

/**
 * How many connections a listener has and had.
 *
 * @param open now
 * @param accepted since it was made; the refused are not among them
 * @param rejected refused by a limit or a rule
 * @param queued accepted by the system and waiting for room
 * @param closed accepted once, and at their end
 */
public record Counts(long open, long accepted, long rejected, long queued, long closed) {}
