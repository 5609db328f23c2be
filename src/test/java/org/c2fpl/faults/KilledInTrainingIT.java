package org.c2fpl.faults;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Like {@link KilledInTablesIT}, from training to the end of a run. */
class KilledInTrainingIT {
  @TempDir Path folder;

  @Test
  void goesOnFromWhereverItDied() throws Exception {
    new Deaths(folder)
        .goesOnFromEach(
            List.of(
                // training: in a checkpoint, after one, in every file of the model, at its end
                "after,write,_epoch-000003.checkpoint.tmp,2",
                "after,rename,/epoch-000005.checkpoint>,1",
                "after,create,_coefficients.tmp,1",
                "before,create,_detector.json.tmp,1",
                "after,rename,/detector.json>,1",
                "before,delete,_checkpoints>,1",
                "after,write,segment_scores/split=test/batch=0/_temporary,1",
                "after,rename,segment_scores/split=test/batch=0>,1",
                "after,write,evaluation/roc.csv,1",
                "after,rename,evaluation>,1",
                "after,create,report/index.html,1",
                // the record of the run; the lock of a run that is done
                "after,create,_runs/,1",
                "before,delete,/_lock.json>,1"),
            2);
  }
}
