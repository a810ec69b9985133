-- What a lane was told of lanes that came later.
ALTER TABLE "writer_lane" ADD COLUMN "openings" JSONB NOT NULL DEFAULT '[]';
