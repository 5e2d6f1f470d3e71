/**
 * Models that Keras wrote, as networks of ours: {@link io.kindling.keras.KerasFile} reads what is
 * in a file, {@code KerasNetwork} says it in the words of {@code io.kindling.network}, {@code
 * WeightOrder} turns weights from Keras's layouts into Deeplearning4j's, and {@link
 * io.kindling.keras.KerasModel} is the outcome. Only {@code Hdf5} knows the library that reads
 * HDF5.
 */
package io.kindling.keras;
