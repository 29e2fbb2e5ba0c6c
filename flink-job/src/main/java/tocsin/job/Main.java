package tocsin.job;

/** Entry on Managed Flink. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {}
}
