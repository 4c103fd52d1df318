package org.kamaelia.control;

/**
 * A message that an operator has put into a box.
 *
 * @param component the component's id
 * @param before how many messages waited before it
 * @param collected true once the component has taken it; false if it had not when the time was up: it is in the box, and
 *     may still be taken
 */
public record Delivery(String component, String box, int before, boolean collected) {}
