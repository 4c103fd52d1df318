package org.kamaelia.component;

/** Something that happened, told to whoever observes. Layers emit events; they never log. */
public interface Event {}
