package org.kamaelia.bench;

import java.io.IOException;

/**
 * The benchmarks' main class: {@code Bench tcp}, {@code Bench kernel} or {@code Bench control}.
 *
 * <p>Exit code 0: it ran and nothing went wrong. 1: it ran, or began to, and there were errors. 2: it was told something
 * it does not know. 3: it hung.
 */
public final class Bench {

    private Bench() {}

    /**
     * Runs one benchmark and ends the process with its exit code.
     *
     * @param arguments the name of the benchmark
     */
    public static void main(String[] arguments) throws InterruptedException {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) throws InterruptedException {
        try {
            return runNamed(String.join(" ", arguments)) ? 0 : 1;
        } catch (IllegalArgumentException unknown) {
            System.err.println(unknown.getMessage());
            return 2;
        } catch (IOException failed) {
            System.err.println(failed.getMessage());
            return 1;
        }
    }

    private static boolean runNamed(String name) throws IOException, InterruptedException {
        return switch (name) {
            case TcpBench.NAME -> TcpBench.run(System.out);
            case KernelBench.NAME -> KernelBench.run(System.out);
            case ControlBench.NAME -> ControlBench.run(System.out);
            default ->
                throw new IllegalArgumentException("bench: must be \"" + TcpBench.NAME + "\", \"" + KernelBench.NAME
                        + "\" or \"" + ControlBench.NAME + "\", is \"" + name + "\"");
        };
    }
}
