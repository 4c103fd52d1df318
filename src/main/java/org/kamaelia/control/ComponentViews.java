package org.kamaelia.control;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.BoxRef;
import org.kamaelia.component.BoxSnapshot;
import org.kamaelia.component.ComponentRef;
import org.kamaelia.component.ComponentSnapshot;
import org.kamaelia.component.ComponentSnapshot.ForChild;
import org.kamaelia.component.ComponentSnapshot.ForDeadline;
import org.kamaelia.component.ComponentSnapshot.ForRoom;
import org.kamaelia.component.LinkageSnapshot;
import org.kamaelia.control.ComponentQuery.WaitsFor;
import org.kamaelia.control.ComponentView.Place;
import org.kamaelia.control.ComponentView.Wait;

/** What was seen of components, with ids in place of a scheduler's numbers. */
final class ComponentViews {
    private final Ids ids;

    ComponentViews(Ids ids) {
        this.ids = ids;
    }

    ComponentView view(int loop, ComponentSnapshot component, Belonging belonging) {
        return new ComponentView(
                new ComponentId(loop, component.number()).text(ids),
                component.name(),
                component.kind(),
                loop,
                component.awake(),
                id(loop, component.parent()),
                component.steps(),
                component.busy(),
                component.waits().stream().map(each -> wait(loop, each)).toList(),
                belonging.connection(),
                belonging.listener());
    }

    ComponentDetail detail(int loop, ComponentSnapshot component, Belonging belonging, List<LinkageSnapshot> linkages) {
        return new ComponentDetail(
                view(loop, component, belonging),
                component.boxes().stream().map(each -> box(loop, each)).toList(),
                linkages.stream()
                        .map(each -> new ComponentDetail.Link(place(loop, each.source()), place(loop, each.sink())))
                        .toList());
    }

    static WaitsFor what(ComponentSnapshot.Wait wait) {
        if (wait instanceof ForRoom) {
            return WaitsFor.ROOM;
        }
        if (wait instanceof ForDeadline) {
            return WaitsFor.DEADLINE;
        }
        return wait instanceof ForChild ? WaitsFor.CHILD : WaitsFor.MESSAGE;
    }

    private Wait wait(int loop, ComponentSnapshot.Wait wait) {
        WaitsFor what = what(wait);
        if (wait instanceof ForRoom room) {
            return new Wait(what, room.outbox(), place(loop, room.full()), null, 0);
        }
        if (wait instanceof ForDeadline deadline) {
            return new Wait(what, null, null, deadline.left(), 0);
        }
        return new Wait(what, null, null, null, wait instanceof ForChild child ? child.children() : 0);
    }

    private ComponentDetail.Box box(int loop, BoxSnapshot box) {
        return new ComponentDetail.Box(
                box.name(),
                box.type(),
                box.fill() != null,
                box.fill(),
                placeOrNone(loop, box.leadsTo()),
                placeOrNone(loop, box.destination()),
                box.operators());
    }

    private @Nullable Place placeOrNone(int loop, @Nullable BoxRef box) {
        return box == null ? null : place(loop, box);
    }

    private Place place(int loop, BoxRef box) {
        return new Place(id(loop, box.component()), box.component().name(), box.box());
    }

    private @Nullable String id(int loop, @Nullable ComponentRef component) {
        return component == null || component.number() == 0
                ? null
                : new ComponentId(loop, component.number()).text(ids);
    }
}
