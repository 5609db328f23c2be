package org.c2fpl.endtoend;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.MiniDFSCluster.DataNodeProperties;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * Hadoop's daemons in this JVM, on loopback: a name node, three data nodes of which two hold each
 * block, a resource manager and a node manager, whose containers are separate JVMs.
 */
final class MiniHadoop implements AutoCloseable {
  private static final String NAME = "mini-hadoop";

  /** The web services of the daemons log their start with java.util.logging. */
  private static final Logger WEB = Logger.getLogger("org.apache.hadoop.shaded");

  private final MiniDFSCluster hdfs;
  private final MiniYARNCluster yarn;
  private final Path configuration;

  /**
   * @param folder for the data nodes' blocks and the configuration
   */
  MiniHadoop(Path folder) throws IOException, InterruptedException {
    WEB.setLevel(Level.OFF);
    Configuration conf = new HdfsConfiguration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    conf.setInt("dfs.replication", 2);
    hdfs = new MiniDFSCluster.Builder(conf).numDataNodes(3).build();
    hdfs.waitActive();
    yarn = new MiniYARNCluster(NAME, 1, 1, 1);
    yarn.init(yarnConfiguration());
    yarn.start();
    awaitResourceManager();
    configuration = Files.createDirectories(folder.resolve("hadoop-conf"));
    writeConfiguration();
  }

  /** Without the settings of HDFS, which name classes that only this JVM has. */
  private YarnConfiguration yarnConfiguration() throws IOException {
    YarnConfiguration conf = new YarnConfiguration();
    conf.set("fs.defaultFS", hdfs.getFileSystem().getUri().toString());
    conf.setInt(YarnConfiguration.YARN_MINICLUSTER_NM_PMEM_MB, 6144);
    conf.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 128);
    // The machine's memory and disk do not matter here.
    conf.setBoolean(YarnConfiguration.NM_PMEM_CHECK_ENABLED, false);
    conf.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
    conf.set(YarnConfiguration.NM_MAX_PER_DISK_UTILIZATION_PERCENTAGE, "100.0");
    // The daemons' jar lacks the file with the queue.
    conf.set("yarn.scheduler.capacity.root.queues", "default");
    conf.set("yarn.scheduler.capacity.root.default.capacity", "100");
    conf.set("yarn.scheduler.capacity.root.default.maximum-capacity", "100");
    conf.set("yarn.scheduler.capacity.root.default.state", "RUNNING");
    conf.set("yarn.scheduler.capacity.root.default.acl_submit_applications", "*");
    conf.set("yarn.scheduler.capacity.maximum-am-resource-percent", "0.9");
    return conf;
  }

  /** The resource manager may be up before it has published its port. */
  private void awaitResourceManager() throws InterruptedException {
    Instant end = Instant.now().plus(Duration.ofSeconds(30));
    while (yarn.getConfig().get(YarnConfiguration.RM_ADDRESS).endsWith(":0")) {
      if (Instant.now().isAfter(end)) {
        throw new IllegalStateException("the resource manager did not come up");
      }
      Thread.sleep(100);
    }
  }

  private void writeConfiguration() throws IOException {
    Configuration core = new Configuration(false);
    core.set("fs.defaultFS", hdfs.getFileSystem().getUri().toString());
    write(core, "core-site.xml");
    Configuration site = new Configuration(false);
    site.set("dfs.replication", "2");
    write(site, "hdfs-site.xml");
    write(yarn.getConfig(), "yarn-site.xml");
  }

  private void write(Configuration conf, String name) throws IOException {
    try (OutputStream out = Files.newOutputStream(configuration.resolve(name))) {
      conf.writeXml(out);
    }
  }

  /** The folder for HADOOP_CONF_DIR. */
  Path configuration() {
    return configuration;
  }

  DistributedFileSystem fileSystem() throws IOException {
    return hdfs.getFileSystem();
  }

  /** Ends a data node without informing the name node. */
  DataNodeProperties loseDataNode() {
    return hdfs.stopDataNode(0);
  }

  void restart(DataNodeProperties dataNode) throws IOException {
    hdfs.restartDataNode(dataNode, true);
    hdfs.waitActive();
  }

  /** Ends the name node; its port refuses clients. */
  void loseNameNode() {
    hdfs.shutdownNameNode(0);
  }

  /** Starts the name node again, at the same port and with the same files. */
  void restartNameNode() throws IOException {
    hdfs.restartNameNode(0, true);
  }

  /** The resource manager's report about an application. */
  ApplicationReport report(String application) throws IOException, YarnException {
    try (YarnClient client = YarnClient.createYarnClient()) {
      client.init(yarn.getConfig());
      client.start();
      return client.getApplicationReport(ApplicationId.fromString(application));
    }
  }

  @Override
  public void close() {
    yarn.stop();
    hdfs.shutdown();
  }
}
