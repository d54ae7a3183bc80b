using Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Infrastructure.Postgres;

/// <summary>
/// The schema: model, migrations and every query that is not the hot path. Orders are written by <see cref="OrderStore"/>, past it.
/// </summary>
public sealed class OrdersDbContext(DbContextOptions<OrdersDbContext> options) : DbContext(options)
{
    /// <summary>The stored orders.</summary>
    public DbSet<OrderRow> Orders => Set<OrderRow>();

    /// <summary>The lines of the stored orders, a view.</summary>
    public DbSet<OrderLineRow> OrderLines => Set<OrderLineRow>();

    /// <summary>The messages that could not become orders.</summary>
    public DbSet<DeadLetterRow> DeadLetters => Set<DeadLetterRow>();

    /// <summary>The batches that took the idempotent path.</summary>
    public DbSet<BatchLedgerRow> BatchLedger => Set<BatchLedgerRow>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<OrderRow>(MapOrder);
        modelBuilder.Entity<OrderLineRow>(MapOrderLine);
        modelBuilder.Entity<DeadLetterRow>(MapDeadLetter);
        modelBuilder.Entity<BatchLedgerRow>(MapBatchLedger);
    }

    private static void MapOrder(EntityTypeBuilder<OrderRow> order)
    {
        order.ToTable("orders", table =>
        {
            table.HasCheckConstraint("orders_customer_id_check", $"char_length(customer_id) between 1 and {OrderRules.MaxCustomerIdLength}");
            table.HasCheckConstraint("orders_currency_check", $"currency ~ '^[A-Z]{{{OrderRules.CurrencyLength}}}$'");
            table.HasCheckConstraint("orders_total_check", "total >= 0");
            table.HasCheckConstraint("orders_lines_check", $"jsonb_array_length(lines) between 1 and {OrderRules.MaxLines}");
        });
        order.HasKey(row => row.OrderId).HasName("orders_pkey");
        order.Property(row => row.OrderId).HasColumnName("order_id").ValueGeneratedNever();
        order.Property(row => row.CustomerId).HasColumnName("customer_id");
        order.Property(row => row.PlacedAt).HasColumnName("placed_at");
        order.Property(row => row.Currency).HasColumnName("currency");
        order.Property(row => row.Total).HasColumnName("total").HasPrecision(Amount.Digits, OrderRules.TotalDecimals);
        order.ComplexCollection(row => row.Lines, lines =>
        {
            lines.ToJson("lines");
            lines.Property(line => line.Sku).HasJsonPropertyName("sku");
            lines.Property(line => line.Quantity).HasJsonPropertyName("quantity");
            lines.Property(line => line.UnitPrice).HasJsonPropertyName("unitPrice");
        });
        order.Property(row => row.ContentHash).HasColumnName("content_hash");
        order.Property(row => row.ReceivedAt).HasColumnName("received_at").HasDefaultValueSql("now()");
    }

    private static void MapOrderLine(EntityTypeBuilder<OrderLineRow> line)
    {
        line.HasNoKey().ToView("order_lines");
        line.Property(row => row.OrderId).HasColumnName("order_id");
        line.Property(row => row.LineNumber).HasColumnName("line_number");
        line.Property(row => row.Sku).HasColumnName("sku");
        line.Property(row => row.Quantity).HasColumnName("quantity");
        line.Property(row => row.UnitPrice).HasColumnName("unit_price").HasPrecision(Amount.Digits, OrderRules.UnitPriceDecimals);
    }

    private static void MapDeadLetter(EntityTypeBuilder<DeadLetterRow> letter)
    {
        letter.ToTable("dead_letters");
        letter.HasKey(row => row.Id).HasName("dead_letters_pkey");
        letter.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        letter.Property(row => row.Body).HasColumnName("body");
        letter.Property(row => row.Headers).HasColumnName("headers").HasColumnType("jsonb");
        letter.Property(row => row.Reason).HasColumnName("reason");
        letter.Property(row => row.Detail).HasColumnName("detail");
        letter.Property(row => row.Stage).HasColumnName("stage");
        letter.Property(row => row.OrderId).HasColumnName("order_id");
        letter.Property(row => row.MessageId).HasColumnName("message_id");
        letter.Property(row => row.Exchange).HasColumnName("exchange");
        letter.Property(row => row.SqlState).HasColumnName("sqlstate");
        letter.Property(row => row.ConstraintName).HasColumnName("constraint_name");
        letter.Property(row => row.ColumnName).HasColumnName("column_name");
        letter.Property(row => row.Fingerprint).HasColumnName("fingerprint");
        letter.Property(row => row.FirstSeen).HasColumnName("first_seen").HasDefaultValueSql("now()");
        letter.Property(row => row.Worker).HasColumnName("worker");
        letter.Property(row => row.ReplayedAt).HasColumnName("replayed_at");
        letter.Property(row => row.ReplayCount).HasColumnName("replay_count").HasDefaultValue(0);
        letter.HasIndex(row => row.Fingerprint).HasDatabaseName("dead_letters_fingerprint_idx");
        letter.HasIndex(row => new { row.Reason, row.FirstSeen }).HasDatabaseName("dead_letters_reason_first_seen_idx");
        letter.HasIndex(row => row.OrderId).HasDatabaseName("dead_letters_order_id_idx");
    }

    private static void MapBatchLedger(EntityTypeBuilder<BatchLedgerRow> batch)
    {
        batch.ToTable("batch_ledger");
        batch.HasKey(row => row.Id).HasName("batch_ledger_pkey");
        batch.Property(row => row.Id).HasColumnName("id").UseIdentityAlwaysColumn();
        batch.Property(row => row.Worker).HasColumnName("worker");
        batch.Property(row => row.Orders).HasColumnName("orders");
        batch.Property(row => row.Stored).HasColumnName("stored");
        batch.Property(row => row.Conflicts).HasColumnName("conflicts");
        batch.Property(row => row.CommittedAt).HasColumnName("committed_at").HasDefaultValueSql("now()");
    }
}
