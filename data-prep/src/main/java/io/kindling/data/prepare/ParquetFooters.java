/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.prepare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Counts the rows of a written folder by the footers of its files: of a few files here, which takes
 * less time than a Spark job, and of many by one.
 */
record ParquetFooters(SparkSession spark) {
  private static final int FEW = 8;

  /**
   * Rows in all files of a folder and of the folders in it.
   *
   * @param schema of the files
   */
  long rows(Path folder, StructType schema) throws IOException {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    List<FileStatus> files = few(folder.getFileSystem(hadoop), folder);
    if (files.size() > FEW) {
      return spark.read().schema(schema).parquet(folder.toString()).count();
    }
    long rows = 0;
    for (FileStatus file : files) {
      // With the options, which know the keys of encrypted files.
      ParquetReadOptions options = HadoopReadOptions.builder(hadoop, file.getPath()).build();
      try (ParquetFileReader reader =
          ParquetFileReader.open(HadoopInputFile.fromStatus(file, hadoop), options)) {
        rows += reader.getRecordCount();
      }
    }
    return rows;
  }

  /** All files of a folder and those in it, or the first few and one more. */
  private static List<FileStatus> few(FileSystem fileSystem, Path folder) throws IOException {
    List<FileStatus> files = new ArrayList<>();
    // Not listFiles: on a local file system it runs a program for each file's permissions.
    for (FileStatus status : fileSystem.listStatus(folder)) {
      if (files.size() > FEW) {
        return files;
      }
      if (status.isDirectory()) {
        files.addAll(few(fileSystem, status.getPath()));
      } else if (!isHidden(status.getPath())) {
        files.add(status);
      }
    }
    return files;
  }

  /** As Spark has it; no folder within is hidden. */
  private static boolean isHidden(Path file) {
    return file.getName().startsWith("_") || file.getName().startsWith(".");
  }
}
