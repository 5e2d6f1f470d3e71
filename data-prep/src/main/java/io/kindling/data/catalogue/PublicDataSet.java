/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.catalogue;

import io.kindling.data.KindlingException;
import io.kindling.data.read.Cifar10BinaryReader;
import io.kindling.data.read.DataSetReader;
import io.kindling.data.read.IdxReader;
import io.kindling.data.read.TextFolderReader;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A public data set as it is published.
 *
 * @param name as users write it, which is its folder in the cache too
 * @param files what is downloaded; archives ({@code .tar.gz}) are unpacked
 * @param folder the folder in the unpacked archive that holds the data; empty for none
 * @param format what the data is read as: {@code idx}, {@code cifar10-binary} or {@code
 *     text-folder}
 * @param classNames name of each class in the order of its label
 */
public record PublicDataSet(
    String name, List<RemoteFile> files, String folder, String format, List<String> classNames) {

  /** Handwritten digits, 60,000 + 10,000 images of 28x28 grey (LeCun, Cortes, Burges 1998). */
  public static final PublicDataSet MNIST =
      new PublicDataSet(
          "mnist",
          mnistFiles(
              "https://storage.googleapis.com/cvdf-datasets/mnist/",
              9_912_422,
              "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
              28_881,
              "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
              1_648_877,
              "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
              4_542,
              "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
          "",
          "idx",
          List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));

  /** Articles of clothing, 60,000 + 10,000 images of 28x28 grey (Xiao, Rasul, Vollgraf 2017). */
  public static final PublicDataSet FASHION_MNIST =
      new PublicDataSet(
          "fashion-mnist",
          mnistFiles(
              // The authors' repository, at one commit, so that it cannot change.
              "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/"
                  + "b2617bb6d3ffa2e429640350f613e3291e10b141/data/fashion/",
              26_421_880,
              "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
              29_515,
              "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
              4_422_102,
              "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
              5_148,
              "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
          "",
          "idx",
          List.of(
              "T-shirt/top",
              "Trouser",
              "Pullover",
              "Dress",
              "Coat",
              "Sandal",
              "Shirt",
              "Sneaker",
              "Bag",
              "Ankle boot"));

  /** Small photographs of ten things, 50,000 + 10,000 images of 32x32 RGB (Krizhevsky 2009). */
  public static final PublicDataSet CIFAR_10 =
      new PublicDataSet(
          "cifar-10",
          List.of(
              RemoteFile.of(
                  "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
                  170_052_171,
                  "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")),
          "cifar-10-batches-bin",
          "cifar10-binary",
          List.of(
              "airplane",
              "automobile",
              "bird",
              "cat",
              "deer",
              "dog",
              "frog",
              "horse",
              "ship",
              "truck"));

  /** Film reviews, 25,000 + 25,000 with their sentiment (Maas et al. 2011). */
  public static final PublicDataSet IMDB =
      new PublicDataSet(
          "imdb",
          List.of(
              RemoteFile.of(
                  "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
                  84_125_825,
                  "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe")),
          "aclImdb",
          "text-folder",
          List.of("neg", "pos"));

  /** What reads the fetched folder. */
  public DataSetReader reader() {
    return switch (format) {
      case "idx" -> new IdxReader(classNames);
      case "cifar10-binary" -> new Cifar10BinaryReader();
      default -> new TextFolderReader(folder);
    };
  }

  /** All that the catalogue knows. */
  public static List<PublicDataSet> all() {
    return List.of(MNIST, FASHION_MNIST, CIFAR_10, IMDB);
  }

  /**
   * The data set of this name, in any case.
   *
   * @throws KindlingException naming the known ones, for any other text
   */
  public static PublicDataSet parse(String name) {
    return all().stream()
        .filter(set -> set.name.equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new KindlingException(
                    "Cannot fetch "
                        + name
                        + ": the catalogue has "
                        + all().stream()
                            .map(PublicDataSet::name)
                            .collect(Collectors.joining(", "))));
  }

  private static List<RemoteFile> mnistFiles(
      String folder,
      long trainImageBytes,
      String trainImages,
      long trainLabelBytes,
      String trainLabels,
      long testImageBytes,
      String testImages,
      long testLabelBytes,
      String testLabels) {
    return List.of(
        RemoteFile.of(folder + "train-images-idx3-ubyte.gz", trainImageBytes, trainImages),
        RemoteFile.of(folder + "train-labels-idx1-ubyte.gz", trainLabelBytes, trainLabels),
        RemoteFile.of(folder + "t10k-images-idx3-ubyte.gz", testImageBytes, testImages),
        RemoteFile.of(folder + "t10k-labels-idx1-ubyte.gz", testLabelBytes, testLabels));
  }
}
