package org.kamaelia.component;

import java.util.ArrayList;
import java.util.List;

/** A linkage as it was at a moment: from a box to a box. */
public record LinkageSnapshot(BoxRef source, BoxRef sink) {
    /**
     * Those that lead from a component's boxes, then those that lead to them; of more boxes than {@value
     * ComponentSnapshot#MOST} only those of the youngest. On its scheduler's thread.
     *
     * @param most to look at: many may lead to one box
     */
    public static List<LinkageSnapshot> of(Component component, int most) {
        List<LinkageSnapshot> all = new ArrayList<>();
        List<Box> boxes = component.boxes(ComponentSnapshot.MOST);
        for (Box box : boxes) {
            if (box.out != null && all.size() < most) {
                all.add(of(box.out));
            }
        }
        for (Box box : boxes) {
            for (Linkage in = box.firstIn; in != null && all.size() < most; in = in.nextIn) {
                all.add(of(in));
            }
        }
        return all;
    }

    private static LinkageSnapshot of(Linkage linkage) {
        return new LinkageSnapshot(BoxRef.of(linkage.source), BoxRef.of(linkage.sink));
    }
}
