package tocsin.novelty;

import java.io.IOException;

/** A saved model that this build cannot read: its key starts afresh, and the caller says so. */
public final class UnsupportedVersion extends IOException {
  private static final long serialVersionUID = 1;
  private static final String AFRESH =
      ": the key starts afresh and is warm again after " + NoveltyModel.WARM_READINGS + " readings";

  UnsupportedVersion(int found, int known) {
    super(
        "a novelty model of version "
            + found
            + " was saved, this build reads version "
            + known
            + AFRESH);
  }

  UnsupportedVersion(Exception unreadable) {
    super("a novelty model's forests were saved by another library: " + unreadable + AFRESH);
    initCause(unreadable);
  }
}
