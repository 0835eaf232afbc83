import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Packs placed orders and ships packed ones, one at a time. */
final class Worker implements Runnable {

  private static final int PAUSE_MILLIS = 1500;

  private static final String NEXT =
      """
      update orders
      set status = case status when 'placed' then 'packed' else 'shipped' end, changed_at = now()
      where id = (
        select id from orders
        where status <> 'shipped' and changed_at < now() - interval '4 seconds'
        order by changed_at limit 1
        for update skip locked
      )
      returning id, item, status
      """;

  private final Database database;

  Worker(Database database) {
    this.database = database;
  }

  @Override
  public void run() {
    try {
      database.await();
      while (true) {
        Thread.sleep(PAUSE_MILLIS);
        step();
      }
    } catch (InterruptedException e) {
      System.out.println("orders: the worker stops");
    }
  }

  private void step() {
    try {
      database.transaction(Worker::moveOne);
    } catch (Exception e) {
      System.out.println("orders: the worker will try again: " + e.getMessage());
    }
  }

  private static boolean moveOne(Connection connection) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(NEXT);
        ResultSet order = sql.executeQuery()) {
      boolean moved = order.next();
      if (moved) {
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
