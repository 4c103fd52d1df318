package org.kamaelia.component;

import org.kamaelia.component.KernelModel.Parcel;

/** Bounds the boxes of parcels by the parcels' weight. */
public final class ParcelWeigher implements MessageWeigher {
    @Override
    public Class<?> type() {
        return Parcel.class;
    }

    @Override
    public long defaultBound() {
        return 2;
    }

    @Override
    public int weigh(Object message) {
        return ((Parcel) message).weight;
    }

    @Override
    public String unit() {
        return "stone";
    }
}
