"""Every page of the bench, the gate and the wall."""

from litestar import Router

from bench import (
    bench_routes,
    card_routes,
    clock_routes,
    count_routes,
    material_routes,
    offline_routes,
    place_routes,
    plan_routes,
    proof_routes,
    quality_routes,
    queue_routes,
    send_out_routes,
    station_routes,
    time_routes,
    transfer_routes,
    tv_routes,
    vendor_routes,
    wall_routes,
    watch_routes,
)

router = Router(
    "/",
    route_handlers=[
        *bench_routes.HANDLERS, *quality_routes.HANDLERS, *wall_routes.HANDLERS, *tv_routes.HANDLERS,
        *card_routes.HANDLERS,
        *station_routes.HANDLERS, *offline_routes.HANDLERS, *clock_routes.HANDLERS,
        *place_routes.HANDLERS, *count_routes.HANDLERS, *vendor_routes.HANDLERS,
        *send_out_routes.HANDLERS, *transfer_routes.HANDLERS, *queue_routes.HANDLERS, *plan_routes.HANDLERS,
        *time_routes.HANDLERS, *material_routes.HANDLERS, *watch_routes.HANDLERS, *proof_routes.HANDLERS,
    ],
)  # fmt: skip
