import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Packs placed orders and ships packed ones: all that are due, at once. */
final class Worker implements Runnable {

  private static final String DUE =
      """
      update orders
      set status = case status when 'placed' then 'packed' else 'shipped' end, changed_at = now()
      where status <> 'shipped' and changed_at < now() - interval '1 second'
      returning id, item, status
      """;

  private final Database database;
  private final int pauseMillis;

  Worker(Database database, int pauseMillis) {
    this.database = database;
    this.pauseMillis = pauseMillis;
  }

  @Override
  public void run() {
    try {
      database.await();
      while (true) {
        Thread.sleep(pauseMillis);
        step();
      }
    } catch (InterruptedException e) {
      System.out.println("orders: the worker stops");
    }
  }

  private void step() {
    try {
      database.transaction(Worker::moveAll);
    } catch (Exception e) {
      System.out.println("orders: the worker will try again: " + e.getMessage());
    }
  }

  private static int moveAll(Connection connection) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(DUE);
        ResultSet order = sql.executeQuery()) {
      int moved = 0;
      for (; order.next(); moved++) {
        System.out.println(
            "orders: "
                + order.getLong("id")
                + " ("
                + order.getString("item")
                + ") is "
                + order.getString("status"));
      }
      return moved;
    }
  }
}
