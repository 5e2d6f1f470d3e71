/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.dl4jspark;

import io.kindling.benchmark.EpochLine;
import io.kindling.benchmark.MnistImages;
import io.kindling.benchmark.Workload;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A contestant: dl4j-spark as its own documentation has it used, {@code fit} of a whole {@code
 * JavaRDD<DataSet>} of single examples with the builder's defaults. Nothing of Kindling's runs, but
 * a listener that counts what was trained on; whether the oneDNN helpers are on is up to the
 * property of the JVM.
 */
@Command
public final class AsItComes implements Runnable {
  private static final double NANOS = 1e9;

  @Mixin private Workload workload;

  @Option(names = "--direct", description = "RDDTrainingApproach.Direct instead of its default.")
  private boolean direct;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new AsItComes()).execute(arguments));
  }

  @Override
  public void run() {
    SparkSession session = SparkSession.builder().appName("kindling-benchmark").getOrCreate();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    ParameterAveragingTrainingMaster.Builder builder =
        new ParameterAveragingTrainingMaster.Builder(workload.workers(), 1)
            .batchSizePerWorker(workload.batch())
            .averagingFrequency(workload.frequency());
    if (direct) {
      builder.rddTrainingApproach(RDDTrainingApproach.Direct);
    }
    ParameterAveragingTrainingMaster master = builder.build();
    SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, Workload.network(), master);
    JavaRDD<DataSet> examples = examples(spark);
    for (int epoch = 0; epoch < workload.epochs(); epoch++) {
      // Its count is by partition, and every split has the same ones: so a plain sum.
      var trained = spark.sc().longAccumulator();
      network.setListeners(new ExampleListener(trained));
      long start = System.nanoTime();
      network.fit(examples);
      new EpochLine(trained.value(), (System.nanoTime() - start) / NANOS).print();
    }
    master.deleteTempFiles(spark);
    session.stop();
  }

  private JavaRDD<DataSet> examples(JavaSparkContext spark) {
    MnistImages images = workload.images();
    List<byte[]> rows = new ArrayList<>();
    for (int i = 0; i < images.labels().length; i++) {
      byte[] row = java.util.Arrays.copyOf(images.pixels()[i], MnistImages.VALUES + 1);
      row[MnistImages.VALUES] = images.labels()[i];
      rows.add(row);
    }
    return spark.parallelize(rows, workload.workers()).map(AsItComes::example);
  }

  private static DataSet example(byte[] row) {
    byte[][] one = {row};
    float[] label = new float[10];
    label[row[MnistImages.VALUES]] = 1f;
    return new DataSet(
        Nd4j.createFromArray(MnistImages.floats(one)).reshape(1, 1, 28, 28),
        Nd4j.createFromArray(label).reshape(1, 10));
  }
}
