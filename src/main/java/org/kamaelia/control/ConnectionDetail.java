package org.kamaelia.control;

import java.util.List;

/**
 * One connection with its boxes.
 *
 * @param waitsFor in words, what must happen for it to move on
 */
public record ConnectionDetail(ConnectionView view, List<BoxView> boxes, String waitsFor) {

    public ConnectionDetail {
        boxes = List.copyOf(boxes);
    }
}
