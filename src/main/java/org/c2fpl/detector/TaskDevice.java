package org.c2fpl.detector;

import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Sets the GPU that Spark assigned to the running task ({@code spark.task.resource.gpu.amount}) as
 * ND4J's device of the calling thread. Does nothing without such a resource, or if ND4J sees only
 * one device. This has never run on a GPU.
 */
final class TaskDevice {
  private static final String GPU = "gpu";

  private TaskDevice() {}

  static void use() {
    TaskContext task = TaskContext.get();
    if (task == null || Nd4j.getAffinityManager().getNumberOfDevices() < 2) {
      return;
    }
    ResourceInformation gpus = task.resourcesJMap().get(GPU);
    if (gpus != null && gpus.addresses().length > 0) {
      Nd4j.getAffinityManager().unsafeSetDevice(Integer.parseInt(gpus.addresses()[0]));
    }
  }
}
