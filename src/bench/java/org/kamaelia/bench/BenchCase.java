package org.kamaelia.bench;

/**
 * One row of a comparison: what the servers are given and what is done to them.
 *
 * @param name for the command line and the JSON
 * @param title for the table
 * @param unit what the rate and the CPU time are per
 * @param service what the servers are; peers that do not offer it are left out
 * @param eventLoops of each server, each on a core of its own where there are enough
 * @param load must not keep state that one server's round could leave to the next
 */
record BenchCase(String name, String title, Sample.Unit unit, Service service, int eventLoops, Load load) {}
