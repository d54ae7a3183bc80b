using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Infrastructure.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "batch_ledger",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    worker = table.Column<string>(type: "text", nullable: false),
                    orders = table.Column<int>(type: "integer", nullable: false),
                    stored = table.Column<int>(type: "integer", nullable: false),
                    conflicts = table.Column<int>(type: "integer", nullable: false),
                    committed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("batch_ledger_pkey", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dead_letters",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    body = table.Column<byte[]>(type: "bytea", nullable: false),
                    headers = table.Column<string>(type: "jsonb", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    detail = table.Column<string>(type: "text", nullable: false),
                    stage = table.Column<string>(type: "text", nullable: false),
                    order_id = table.Column<Guid>(type: "uuid", nullable: true),
                    message_id = table.Column<string>(type: "text", nullable: true),
                    exchange = table.Column<string>(type: "text", nullable: false),
                    sqlstate = table.Column<string>(type: "text", nullable: true),
                    constraint_name = table.Column<string>(type: "text", nullable: true),
                    column_name = table.Column<string>(type: "text", nullable: true),
                    fingerprint = table.Column<Guid>(type: "uuid", nullable: false),
                    first_seen = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()"),
                    worker = table.Column<string>(type: "text", nullable: false),
                    replayed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    replay_count = table.Column<int>(type: "integer", nullable: false, defaultValue: 0)
                },
                constraints: table =>
                {
                    table.PrimaryKey("dead_letters_pkey", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "orders",
                columns: table => new
                {
                    order_id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<string>(type: "text", nullable: false),
                    placed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false),
                    total = table.Column<decimal>(type: "numeric(18,2)", precision: 18, scale: 2, nullable: false),
                    lines = table.Column<string>(type: "jsonb", nullable: false),
                    content_hash = table.Column<Guid>(type: "uuid", nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("orders_pkey", x => x.order_id);
                    table.CheckConstraint("orders_currency_check", "currency ~ '^[A-Z]{3}$'");
                    table.CheckConstraint("orders_customer_id_check", "char_length(customer_id) between 1 and 64");
                    table.CheckConstraint("orders_lines_check", "jsonb_array_length(lines) between 1 and 10000");
                    table.CheckConstraint("orders_total_check", "total >= 0");
                });

            migrationBuilder.CreateIndex(
                name: "dead_letters_fingerprint_idx",
                table: "dead_letters",
                column: "fingerprint");

            migrationBuilder.CreateIndex(
                name: "dead_letters_order_id_idx",
                table: "dead_letters",
                column: "order_id");

            migrationBuilder.CreateIndex(
                name: "dead_letters_reason_first_seen_idx",
                table: "dead_letters",
                columns: new[] { "reason", "first_seen" });

            migrationBuilder.Sql(
                """
                create view order_lines as
                select o.order_id,
                       l.line_number,
                       l.line ->> 'sku' as sku,
                       (l.line ->> 'quantity')::integer as quantity,
                       (l.line ->> 'unitPrice')::numeric(18,4) as unit_price
                from orders o
                cross join lateral jsonb_array_elements(o.lines) with ordinality as l(line, line_number);
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop view order_lines;");

            migrationBuilder.DropTable(
                name: "batch_ledger");

            migrationBuilder.DropTable(
                name: "dead_letters");

            migrationBuilder.DropTable(
                name: "orders");
        }
    }
}
